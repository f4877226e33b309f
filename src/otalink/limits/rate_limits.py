"""Rate limits, declared in one table and counted in the database, so that all processes share them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from otalink.limits.models import LimitCounter


@dataclass(frozen=True)
class Limit:
    """At most `count` times within `seconds`, per key."""

    name: str
    count: int
    seconds: int


# Somebody who tries links that do not exist; a person mistypes a few times, a program does not stop.
GUESS_PER_CLIENT = Limit("guess/client", 20, 600)
# Fresh links by mail: a scanner that keeps opening an old link must not fill anybody's mailbox.
REFRESH_PER_TICKET_AND_CUSTOMER = Limit("refresh/ticket", 3, 3_600)
REFRESH_PER_CUSTOMER = Limit("refresh/customer", 10, 86_400)
REFRESH_PER_CLIENT = Limit("refresh/client", 20, 3_600)
# Password sign-in.
PASSWORD_PER_LOGIN = Limit("password/login", 5, 900)
PASSWORD_PER_CLIENT = Limit("password/client", 20, 900)
SMTP_PASSWORD_PER_CLIENT = Limit("smtp/client", 10, 900)
# The sign-in form that mails a link.
SIGN_IN_MAIL_PER_LOGIN = Limit("sign-in/login", 3, 3_600)
SIGN_IN_MAIL_PER_CLIENT = Limit("sign-in/client", 10, 3_600)


def is_reached(limit: Limit, key: str) -> bool:
    """Whether no more is allowed now; counts nothing."""
    counter = LimitCounter.objects.filter(key=_key(limit, key), window__gt=_window_start(limit)).first()
    return counter is not None and counter.count >= limit.count


def count(limit: Limit, key: str) -> None:
    """Count one more."""
    counter, now = LimitCounter.objects.filter(key=_key(limit, key)), timezone.now()
    if counter.filter(window__gt=_window_start(limit)).update(count=F("count") + 1):
        return
    if not counter.update(window=now, count=1):
        fresh = LimitCounter(key=_key(limit, key), window=now, count=1)
        LimitCounter.objects.bulk_create([fresh], ignore_conflicts=True)


def purge() -> None:
    """Forget windows that are long over."""
    LimitCounter.objects.filter(window__lt=timezone.now() - timedelta(days=2)).delete()


def _window_start(limit: Limit) -> datetime:
    return timezone.now() - timedelta(seconds=limit.seconds)


def _key(limit: Limit, key: str) -> str:
    return hashlib.sha256(f"{limit.name}\0{key}".encode()).hexdigest()
