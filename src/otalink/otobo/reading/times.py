"""OTOBO's times: naive, to the second, in its own time zone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings


def aware(naive: datetime) -> datetime:
    """A time of OTOBO's in UTC."""
    return naive.replace(tzinfo=settings.OTALINK_OTOBO_TIME_ZONE).astimezone(UTC)
