"""Ticket numbers in OTOBO's date form: the day, the system's id and a counter of at least five digits."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from otalink.minidesk.models import TicketCounter
from otalink.sysconfig import declarations


def next_number() -> str:
    """The next ticket number, such as 202611231000017; call it inside the transaction that uses it."""
    day = f"{timezone.now():%Y%m%d}"
    # The row stays locked until the transaction ends, so two intakes never get the same number.
    if not TicketCounter.objects.filter(day=day).update(value=F("value") + 1):
        TicketCounter.objects.bulk_create([TicketCounter(day=day, value=0)], ignore_conflicts=True)
        TicketCounter.objects.filter(day=day).update(value=F("value") + 1)
    value = TicketCounter.objects.values_list("value", flat=True).get(day=day)
    return f"{day}{declarations.SYSTEM_ID.get()}{value:05}"
