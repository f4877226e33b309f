"""Addresses that mail came back from: nothing more is sent there until a person writes from it."""

from __future__ import annotations

from django.utils import timezone

from otalink.common import prepared_sql
from otalink.customers.addresses import normal
from otalink.notifications.models import UndeliverableAddress


def mark(address: str, reason: str) -> None:
    """Send nothing more to an address, because of `reason`."""
    defaults = {"reason": reason, "since": timezone.now()}
    UndeliverableAddress.objects.update_or_create(address=normal(address), defaults=defaults)


def clear(address: str) -> None:
    """Send to an address again."""
    prepared_sql.execute("DELETE FROM notifications_undeliverableaddress WHERE address = %s", normal(address))


def why(address: str) -> str:
    """Why nothing is sent to an address; empty where mail is."""
    form = normal(address)
    marked = next(iter(prepared_sql.rows(UndeliverableAddress, address=form)), None)
    # Some databases take "é" for "e".
    if marked is None or marked.address != form:
        return ""
    return f"mail to it came back on {marked.since:%Y-%m-%d}: {marked.reason}"
