"""Who may read a ticket: its customer user in OTOBO, and the participants whom we keep for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import batched

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from otalink.desk.types import HistoryType, Ticket
from otalink.otobo import mirror
from otalink.otobo.models import Participant
from otalink.otobo.reading import tickets
from otalink.otobo.reading.tickets import OtoboTicket

_CHUNK = 1_000


def logins(found: OtoboTicket) -> list[str]:
    """Logins of a ticket's participants, longest first."""
    return list(_of(found).order_by("pk").values_list("customer_login", flat=True))


@transaction.atomic
def add(found: OtoboTicket, customer_login: str, *, notify: bool = True) -> bool:
    """Let somebody take part; see `Desk.add_participant`."""
    if not customer_login or customer_login.lower() == found.ticket.customer_login:
        return False
    _, is_new = Participant.objects.get_or_create(
        ticket_number=found.ticket.number,
        ticket_id=found.id,
        customer_login=customer_login,
        defaults={"ticket_stamp": found.stamp, "created": timezone.now()},
    )
    if is_new:
        mirror.record(found.ticket.number, HistoryType.PARTICIPANT_ADDED, notify=notify, text=customer_login)
    return is_new


@transaction.atomic
def remove(found: OtoboTicket, customer_login: str) -> bool:
    """End somebody's part; see `Desk.remove_participant`."""
    removed, _ = _of(found).filter(customer_login=customer_login).delete()
    if removed:
        mirror.record(found.ticket.number, HistoryType.PARTICIPANT_REMOVED, text=customer_login)
    return bool(removed)


def readers(numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """See `Desk.readers`. Of a merged ticket, those of the one that it leads to.

    Raises:
        DeskUnavailable
    """
    led = {found.ticket.number: tickets.main_of(found) for found in tickets.of_numbers(list(numbers))}
    parts = _parts({main.ticket.number for main in led.values()})
    return {number: (main.ticket.customer_login, *parts.get(_key(main), ())) for number, main in led.items()}


def tickets_of(customer_login: str, limit: int) -> list[Ticket]:
    """Tickets of a customer user and those they take part in, last changed first.

    Raises:
        DeskUnavailable
    """
    own = tickets.of_customer(customer_login, limit) if customer_login else []
    numbers = Participant.objects.filter(customer_login=customer_login).values_list("ticket_number", flat=True)
    found = tickets.of_numbers(list(numbers))
    parts = _parts({one.ticket.number for one in found})
    others = [one for one in found if customer_login in parts.get(_key(one), ())]
    both = {ticket.number: ticket for ticket in [*own, *(one.ticket for one in others)]}
    return sorted(both.values(), key=lambda ticket: ticket.changed, reverse=True)[:limit]


def in_open_tickets(customer_logins: Collection[str]) -> set[str]:
    """See `Desk.in_open_tickets`.

    Raises:
        DeskUnavailable
    """
    found = tickets.open_logins(customer_logins)
    rows: list[tuple[str, str]] = []
    wanted = sorted(customer_logins)
    for chunk in batched(wanted, _CHUNK):
        parts = Participant.objects.filter(customer_login__in=chunk)
        rows += parts.values_list("customer_login", "ticket_number")
    there = tickets.of_numbers(sorted({number for _, number in rows}))
    open_numbers = {one.ticket.number for one in there if not one.ticket.state_type.is_final}
    parts_of_open = {login for login, number in rows if number in open_numbers}
    return {login for login in customer_logins if login.lower() in found} | parts_of_open


def forget_lost() -> int:
    """Take out who takes part in tickets that are no longer there, as after a restored backup; how many.

    Raises:
        DeskUnavailable
    """
    numbers = list(Participant.objects.values_list("ticket_number", flat=True).distinct())
    there = {_key(found) for found in tickets.of_numbers(numbers)}
    lost = [part.pk for part in Participant.objects.all() if _key_of(part) not in there]
    return Participant.objects.filter(pk__in=lost).delete()[0]


def _of(found: OtoboTicket) -> QuerySet[Participant]:
    return Participant.objects.filter(ticket_number=found.ticket.number, ticket_id=found.id, ticket_stamp=found.stamp)


def _parts(numbers: Collection[str]) -> dict[tuple[str, int, str], list[str]]:
    found: dict[tuple[str, int, str], list[str]] = {}
    wanted: Sequence[str] = sorted(numbers)
    for chunk in batched(wanted, _CHUNK):
        for part in Participant.objects.filter(ticket_number__in=chunk).order_by("pk"):
            found.setdefault(_key_of(part), []).append(part.customer_login)
    return found


def _key(found: OtoboTicket) -> tuple[str, int, str]:
    return found.ticket.number, found.id, found.stamp


def _key_of(part: Participant) -> tuple[str, int, str]:
    return part.ticket_number, part.ticket_id, part.ticket_stamp
