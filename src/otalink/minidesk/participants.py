"""Who may read a ticket: its customer user, and the participants whom agents added."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from otalink.desk.types import HistoryType
from otalink.minidesk import changes
from otalink.minidesk.models import FINAL_STATES, Participant, Ticket

# How many values one SQL statement may carry on every database we support.
_CHUNK = 5_000


def logins(ticket: Ticket) -> list[str]:
    """Logins of a ticket's participants, longest first."""
    return list(ticket.participants.order_by("pk").values_list("customer_login", flat=True))


@transaction.atomic
def add(ticket: Ticket, customer_login: str, *, notify: bool = True) -> bool:
    """Let somebody take part; see `Desk.add_participant`."""
    if not customer_login or customer_login == ticket.customer_login:
        return False
    values = {"created": timezone.now()}
    _, is_new = Participant.objects.get_or_create(ticket=ticket, customer_login=customer_login, defaults=values)
    if is_new:
        changes.record(ticket, HistoryType.PARTICIPANT_ADDED, None, notify=notify, text=customer_login)
    return is_new


@transaction.atomic
def remove(ticket: Ticket, customer_login: str) -> bool:
    """End somebody's part; see `Desk.remove_participant`."""
    removed, _ = ticket.participants.filter(customer_login=customer_login).delete()
    if removed:
        changes.record(ticket, HistoryType.PARTICIPANT_REMOVED, None, text=customer_login)
    return bool(removed)


def readers(numbers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """See `Desk.readers`."""
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(numbers), _CHUNK):
        chunk = numbers[start : start + _CHUNK]
        found.update(
            (number, (login,))
            for number, login in Ticket.objects.filter(number__in=chunk).values_list("number", "customer_login")
        )
        rows = Participant.objects.filter(ticket__number__in=chunk).order_by("pk")
        for number, login in rows.values_list("ticket__number", "customer_login"):
            found[number] += (login,)
    return found


def tickets_of(customer_login: str, limit: int) -> list[Ticket]:
    """Tickets of a customer user and those they take part in, last changed first."""
    tickets = Ticket.objects.select_related("queue").order_by("-changed")
    # Two look-ups by index; one with OR would read the whole table.
    own = tickets.filter(customer_login=customer_login)[:limit]
    others = tickets.filter(participants__customer_login=customer_login)[:limit]
    return sorted([*own, *others], key=lambda ticket: ticket.changed, reverse=True)[:limit]


def in_open_tickets(customer_logins: Sequence[str]) -> set[str]:
    """See `Desk.in_open_tickets`."""
    found: set[str] = set()
    for start in range(0, len(customer_logins), _CHUNK):
        chunk = customer_logins[start : start + _CHUNK]
        own = Ticket.objects.filter(customer_login__in=chunk).exclude(state__in=FINAL_STATES)
        parts = Participant.objects.filter(customer_login__in=chunk).exclude(ticket__state__in=FINAL_STATES)
        found.update(own.values_list("customer_login", flat=True), parts.values_list("customer_login", flat=True))
    return found
