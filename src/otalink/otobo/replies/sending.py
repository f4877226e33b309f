"""One reply's way into OTOBO, exactly once.

Before a request, what is tried is written down. Where nobody answered, the reply may be filed already, or still be: it
is looked for, and tried again only once OTOBO answers other requests and has since had longer than its statements wait
for locks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from django.utils import timezone

from otalink.desk.port import DeskUnavailable
from otalink.otobo import facts
from otalink.otobo.models import QueuedReply, ReplyState
from otalink.otobo.reading import tickets
from otalink.otobo.replies import lease, markers, requests
from otalink.otobo.replies.markers import Trace
from otalink.otobo.rest import client
from otalink.otobo.rest.client import NotCarriedOut, Refused, Written

# How long OTOBO, which answers again, is given to finish what it began before; and how often we look meanwhile.
SETTLES = timedelta(seconds=facts.LOCK_WAIT + 20)
_LOOKS_AGAIN = timedelta(seconds=3)

_log = structlog.get_logger(__name__)


def deliver(reply: QueuedReply) -> None:
    """File a reply that we have the lease of, or say when it is tried again.

    Raises:
        lease.LeaseLost: another process does.
        DeskUnavailable: OTOBO cannot be asked now; the reply waits.
    """
    try:
        _deliver(reply)
    except Refused as refused:
        _refused(reply, refused)
    except DeskUnavailable as error:
        lease.failed(reply, str(error))
        raise
    except OSError as error:
        lease.failed(reply, f"its files cannot be read: {error.strerror}")
        _log.error("a reply cannot be filed: its files cannot be read", ticket=reply.ticket_number, error=str(error))


def _deliver(reply: QueuedReply) -> None:
    if reply.tried_since is None:
        _file(reply)
        return
    trace = markers.find(reply)
    if trace and (trace.is_mended or (trace.history_id and trace.is_whole)):
        _filed(reply, trace.ticket_id, trace.ticket_number, trace.article_id, trace.history_id)
    elif not _has_settled(reply):
        lease.give_back(reply, timezone.now() + _LOOKS_AGAIN)
    elif trace:
        _mend(reply, trace)
    else:
        _file(reply)


def _has_settled(reply: QueuedReply) -> bool:
    """Whether nothing of an earlier try can come any more."""
    if reply.answered is None:
        client.answers(reply.ticket_id)
        lease.update(reply, answered=timezone.now())
    return reply.answered is not None and timezone.now() - reply.answered >= SETTLES


def _file(reply: QueuedReply) -> None:
    itself = tickets.find(reply.ticket_number)
    if itself is None or itself.stamp != reply.ticket_stamp:
        _gone(reply)
        return
    request = requests.filing(reply, tickets.main_of(itself))
    _note_try(reply)
    try:
        written = request.send()
    except (NotCarriedOut, Refused):
        # Nothing was done, and nothing is under way; wherever we end before this is written, the reply is looked for.
        lease.update(reply, tried_since=None)
        raise
    _written(reply, written)


def _mend(reply: QueuedReply, trace: Trace) -> None:
    """Tell agents of an article that has no history, or add the files it lacks: OTOBO ended while it filed it."""
    request = requests.mending(reply, trace)
    _note_try(reply)
    written = request.send()
    _log.warning("a reply that OTOBO had filed in part is whole", ticket=reply.ticket_number)
    _filed(reply, trace.ticket_id, trace.ticket_number, trace.article_id or written.article_id, trace.history_id)


def _note_try(reply: QueuedReply) -> None:
    values: dict[str, Any] = {"tried_since": timezone.now(), "answered": None}
    if reply.tried_since is None:
        # Those of the first try, as long as its outcome is not known.
        last = markers.floor()
        values |= {"history_floor": last.history, "article_floor": last.article, "ticket_floor": last.ticket}
    lease.update(reply, **values)


def _written(reply: QueuedReply, written: Written) -> None:
    try:
        trace = markers.find(reply)
    except DeskUnavailable:
        trace = None
    history_id = trace.history_id if trace else 0
    number = written.ticket_number or (trace.ticket_number if trace else reply.ticket_number)
    _filed(reply, written.ticket_id, number, written.article_id, history_id)


def _filed(reply: QueuedReply, ticket_id: int, number: str, article_id: int, history_id: int) -> None:
    lease.update(
        reply,
        state=ReplyState.FILED,
        filed=timezone.now(),
        filed_ticket_id=ticket_id,
        filed_ticket_number=number,
        filed_article_id=article_id or None,
        filed_history_id=history_id or None,
        last_error="",
        owner="",
        lease_until=None,
    )


def _refused(reply: QueuedReply, refused: Refused) -> None:
    # OTOBO says "access denied" also of a ticket that is not there.
    if not refused.is_sign_in and tickets.find(reply.ticket_number) is None:
        _gone(reply)
        return
    _log.error("OTOBO refuses a reply; it is tried again", ticket=reply.ticket_number, error=str(refused))
    lease.failed(reply, str(refused))


def _gone(reply: QueuedReply) -> None:
    _log.error("a reply is not filed: its ticket was deleted in OTOBO", ticket=reply.ticket_number)
    lease.update(
        reply,
        state=ReplyState.GONE,
        last_error="the ticket was deleted in OTOBO",
        filed=timezone.now(),
        lease_until=None,
    )
