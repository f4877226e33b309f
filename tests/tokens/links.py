"""Links as the tests of tokens make them, and what the audit trail says of them."""

from __future__ import annotations

from otalink.desk.types import Ticket
from otalink.tokens import issue
from otalink.tokens.models import AuditEntry
from tests.support.make import ANN


def secret_of(issued: issue.Issued) -> str:
    """What a link ends in."""
    return issued.url.rpartition("/l/")[2]


def delivered(ticket: Ticket, login: str = ANN) -> str:
    """The secret of a new link whose mail was delivered."""
    issued = issue.issue(ticket.number, login)
    issue.mark_delivered(issued.id)
    return secret_of(issued)


def events(ticket: Ticket) -> list[str]:
    """The steps in the audit trail, in order."""
    return list(AuditEntry.objects.filter(ticket_number=ticket.number).order_by("id").values_list("event", flat=True))


def delivered_with_code(ticket: Ticket, login: str = ANN) -> tuple[str, str]:
    """The secret and the code of a new link whose mail was delivered."""
    issued = issue.issue(ticket.number, login)
    issue.mark_delivered(issued.id)
    return secret_of(issued), issued.code
