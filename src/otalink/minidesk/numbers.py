"""Ticket numbers in OTOBO's date form: the day, the system's id and a counter of at least five digits."""

from __future__ import annotations

from django.utils import timezone

from otalink.common import prepared_sql
from otalink.minidesk.models import TicketCounter
from otalink.sysconfig import declarations, store

# One row for good: inserting a row per day would make intakes that start a day at once wait for each other in a circle.
_ROW = 1


def next_number() -> str:
    """The next ticket number, such as 2026112310000017; call it inside the transaction that uses it.

    The day never goes back, whatever a clock says: of two intakes around midnight the slower numbers with the other.
    """
    today = f"{timezone.now():%Y%m%d}"
    while not _count(today):
        _turn_to(today)
    [(day, value)] = prepared_sql.fetch("SELECT day, value FROM minidesk_ticketcounter WHERE id = %s", _ROW)
    return f"{day}{store.get(declarations.SYSTEM_ID)}{value:05}"


def _count(today: str) -> int:
    # The row stays locked until the transaction ends, so two intakes never get the same number.
    sql = "UPDATE minidesk_ticketcounter SET value = value + 1 WHERE id = %s AND day >= %s"
    return prepared_sql.execute(sql, _ROW, today)


def _turn_to(today: str) -> None:
    if not TicketCounter.objects.filter(pk=_ROW, day__lt=today).update(day=today, value=0):
        TicketCounter.objects.bulk_create([TicketCounter(pk=_ROW, day=today)], ignore_conflicts=True)
