"""Rate limits, declared in one table and counted in the database, so that all processes share them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil

from django.db import connection
from django.db.models import F
from django.utils import timezone

from otalink.common import prepared_sql
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
# For whoever wrote to us because no fresh link could be sent: their own mail is worth one whatever was counted before.
REFRESH_FOR_A_MAIL = Limit("refresh/mail", 3, 3_600)
REFRESH_PER_CLIENT = Limit("refresh/client", 20, 3_600)
# The same for whoever has not shown yet that they read that mailbox: a stranger may have named it.
REFRESH_PER_UNPROVEN_MAILBOX = Limit("refresh/unproven", 1, 86_400)
# Mail that somebody gets because of mail that is not proven to be theirs.
UNASKED_PER_MAILBOX = Limit("unasked/mailbox", 1, 86_400)
# Auto-replies to such mail; tickets are limited by the customer users that mail may make.
UNASKED_REFUSALS_PER_DOMAIN = Limit("refusal/domain", 20, 3_600)
UNASKED_REFUSALS = Limit("refusal", 200, 3_600)
# Password sign-in.
PASSWORD_PER_LOGIN = Limit("password/login", 5, 900)
PASSWORD_PER_CLIENT = Limit("password/client", 20, 900)
SMTP_PASSWORD_PER_CLIENT = Limit("smtp/client", 10, 900)
# The sign-in form that mails a link.
SIGN_IN_MAIL_PER_LOGIN = Limit("sign-in/login", 3, 3_600)
SIGN_IN_MAIL_PER_CLIENT = Limit("sign-in/client", 10, 3_600)
# Wrong codes in a browser that asked for one by mail: of 100 million codes five may be tried.
SIGN_IN_CODE_PER_BROWSER = Limit("sign-in/code", 5, 900)
SIGN_IN_CODE_PER_CLIENT = Limit("sign-in/code/client", 50, 3_600)
# Requests for tokens that are refused, and codes that a browser which keeps coming back would have us make.
OPENID_REFUSED_PER_CLIENT = Limit("openid/refused", 100, 600)
OPENID_CODES_PER_LOGIN = Limit("openid/codes", 60, 600)


def is_reached(limit: Limit, key: str) -> bool:
    """Whether no more is allowed now; counts nothing."""
    return seconds_left(limit, key) > 0


def seconds_left(limit: Limit, key: str) -> int:
    """In how many seconds more is allowed again; 0 where it is now. Counts nothing."""
    counter = LimitCounter.objects.filter(key=_key(limit, key), window__gt=_window_start(limit)).first()
    if counter is None or counter.count < limit.count:
        return 0
    return max(1, ceil((counter.window + timedelta(seconds=limit.seconds) - timezone.now()).total_seconds()))


def count(limit: Limit, key: str) -> None:
    """Count one more."""
    counter, now = LimitCounter.objects.filter(key=_key(limit, key)), timezone.now()
    if counter.filter(window__gt=_window_start(limit)).update(count=F("count") + 1):
        return
    if not counter.update(window=now, count=1):
        fresh = LimitCounter(key=_key(limit, key), window=now, count=1)
        LimitCounter.objects.bulk_create([fresh], ignore_conflicts=True)


def take(limit: Limit, key: str) -> bool:
    """Count one more if the limit is not reached; False where it is. However many ask at once, no more than it allows.

    Whoever asks within a transaction holds the counter until it ends.
    """
    digest, now, start = _key(limit, key), timezone.now(), _window_start(limit)
    # The row is changed before it is made: whoever finds it made meanwhile then holds a weak lock on it at most, and
    # MariaDB has no two of them wait for each other to change it.
    if prepared_sql.execute(_taking(), start, start, now, digest, start, limit.count):
        return True
    return prepared_sql.insert_if_absent(LimitCounter(key=digest, window=now, count=1))


def restart(limit: Limit, key: str, before: datetime) -> bool:
    """Begin a new window with one count, if the running one began before that moment; False where it did not."""
    counter = LimitCounter.objects.filter(key=_key(limit, key), window__lt=before)
    return bool(counter.update(window=timezone.now(), count=1))


def purge() -> None:
    """Forget windows that are long over."""
    LimitCounter.objects.filter(window__lt=timezone.now() - timedelta(days=2)).delete()


def _window_start(limit: Limit) -> datetime:
    return timezone.now() - timedelta(seconds=limit.seconds)


def _key(limit: Limit, key: str) -> str:
    return hashlib.sha256(f"{limit.name}\0{key}".encode()).hexdigest()


@cache
def _taking() -> str:
    # MariaDB assigns from left to right: the count is set while the window is still the old one.
    table, key, window, count = map(connection.ops.quote_name, (LimitCounter._meta.db_table, "key", "window", "count"))
    return (
        f"UPDATE {table} SET {count} = CASE WHEN {window} <= %s THEN 1 ELSE {count} + 1 END, "  # noqa: S608 - our names
        f"{window} = CASE WHEN {window} <= %s THEN %s ELSE {window} END "
        f"WHERE {key} = %s AND ({window} <= %s OR {count} < %s)"
    )
