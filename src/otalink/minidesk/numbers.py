"""Ticket numbers in OTOBO's date form: the day, the system's id and a counter of at least five digits."""

from __future__ import annotations

from django.utils import timezone

from otalink import statements
from otalink.minidesk.models import TicketCounter
from otalink.sysconfig import declarations

# One row for good: inserting a row per day would make intakes that start a day at once wait for each other in a circle.
_ROW = 1


def next_number() -> str:
    """The next ticket number, such as 2026112310000017; call it inside the transaction that uses it."""
    day = f"{timezone.now():%Y%m%d}"
    while not _count(day):
        _turn_to(day)
    [(value,)] = statements.fetch("SELECT value FROM minidesk_ticketcounter WHERE id = %s", _ROW)
    return f"{day}{declarations.SYSTEM_ID.get()}{value:05}"


def _count(day: str) -> int:
    # The row stays locked until the transaction ends, so two intakes never get the same number.
    return statements.execute(
        "UPDATE minidesk_ticketcounter SET value = value + 1 WHERE id = %s AND day = %s", _ROW, day
    )


def _turn_to(day: str) -> None:
    if not TicketCounter.objects.filter(pk=_ROW).exclude(day=day).update(day=day, value=0):
        TicketCounter.objects.bulk_create([TicketCounter(pk=_ROW, day=day)], ignore_conflicts=True)
