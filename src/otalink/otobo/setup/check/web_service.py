"""Whether otalink may come in at OTOBO's web service, and reads the tickets of each queue there."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from otalink.desk.port import DeskUnavailable
from otalink.otobo import connection
from otalink.otobo.rest import client
from otalink.otobo.rest.client import Refused
from otalink.sysconfig import declarations, store

_URL, _USER = "OTALINK_OTOBO_REST_URL", "OTALINK_OTOBO_REST_USER"
_NEWEST = "SELECT q.name, MAX(t.id) FROM ticket t JOIN queue q ON q.id = t.queue_id GROUP BY q.name ORDER BY q.name"


def problems(notes: list[str]) -> Iterator[str]:
    """What the agent is refused: asked for the newest ticket of each queue, which changes nothing.

    Raises:
        DeskUnavailable: OTOBO's database cannot be read.
    """
    newest = connection.fetch(_NEWEST)
    if not newest:
        notes.append(f"{_USER}: there is no ticket yet by which to prove what this agent may do")
    for queue, ticket_id in newest:
        try:
            client.get_ticket(int(ticket_id))
        except DeskUnavailable as error:
            yield f"{_URL}: {error}; `otalink otobo config webservice` prints the web service that belongs there"
            return
        except Refused as error:
            if error.is_sign_in:
                yield f"{_USER}: OTOBO does not let this agent in; look at OTALINK_OTOBO_REST_PASSWORD ({error.code})"
                return
            yield _refused(str(queue), error)
    if newest:
        notes.append(f"{_USER}: that the agent may write is proven by the first reply alone; it needs {_rights()}")


def _refused(queue: str, error: Refused) -> str:
    return (
        f"{_USER}: {settings.OTALINK_OTOBO_REST_USER} may not read tickets in queue {queue} ({error.code}); give the "
        f"agent {_rights()} on its group"
    )


def _rights() -> str:
    # OTOBO lets nobody set dynamic fields on less.
    checkbox = store.get(declarations.CREATE_CUSTOMER_USER)["SetCheckBoxName"]
    return f"ro, note, create and rw (rw for the checkbox {checkbox})" if checkbox else "ro, note and create"
