"""The host that takes our mail, and whether it refuses all of it: a circuit breaker that all workers share.

A refusal that is not about the recipient would meet every mail alike. After a few in a row nothing is sent for a
pause, which grows; then one mail goes first, and with it all others if it is taken. The mails wait untouched meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.utils import timezone

from otalink.common import prepared_sql, retry
from otalink.notifications.models import MailHostTrouble

# So many different mails refused one after the other: fewer may be the fault of what is in them.
_REFUSALS = 3

_log = structlog.get_logger("otalink.notifications")


@dataclass(frozen=True)
class Trouble:
    """Why the mail host takes nothing, since when, and when one mail asks again."""

    reason: str
    since: datetime
    retry_at: datetime


class Gate(Enum):
    """Whether mail may be sent now; `DUE`: by the one worker that `take_turn` tells so, a single mail."""

    OPEN = "open"
    CLOSED = "closed"
    DUE = "due"


class _Seen:
    """What this process saw last."""

    refusals = False


_seen = _Seen()


def trouble() -> Trouble | None:
    """What is wrong with the mail host of the boot configuration; None while it takes mail."""
    row = _row()
    return Trouble(row.reason, row.since, row.retry_at) if row and row.retry_at else None


def gate() -> Gate:
    """Whether mail may be sent."""
    row = _row()
    if row is None or row.retry_at is None:
        return Gate.OPEN
    return Gate.CLOSED if row.retry_at > timezone.now() else Gate.DUE


def take_turn() -> bool:
    """Whether the caller is the one to send a mail now; should it die meanwhile, another is after the next pause."""
    row, now = _row(), timezone.now()
    if row is None or row.retry_at is None or row.retry_at > now:
        return False
    same = MailHostTrouble.objects.filter(host=row.host, retry_at=row.retry_at)
    return same.update(retry_at=now + _pause(row)) == 1


def give_turn_back() -> None:
    """The mail that was to find out was never offered to the host: the next one is to."""
    MailHostTrouble.objects.filter(host=_host(), retry_at__isnull=False).update(retry_at=timezone.now())


def refused(mail_id: int, reason: str) -> None:
    """The host refused a mail (its key in the outbox), for no fault of its recipient."""
    now = timezone.now()
    row = _row() or _begin()
    if not row.refusals:
        row.since, row.last_mail = now, None
    if row.last_mail != mail_id or row.retry_at:
        row.refusals += 1
    if row.refusals >= _REFUSALS:
        row.retry_at = now + _pause(row)
        _log.warning("the mail host refuses", host=row.host, reason=reason, mails=row.refusals, retry_at=row.retry_at)
    row.reason, row.last_mail = reason, mail_id
    row.save(force_update=True)
    _seen.refusals = True


def answered() -> None:
    """The host took a mail, or refused its recipient: it works."""
    # Every mail comes by here; what another process met meanwhile is seen at the next look at the gate.
    if not _seen.refusals or (row := _row()) is None:
        return
    if row.retry_at:
        row.ended = timezone.now()
        _log.info("the mail host takes mail again", host=row.host)
    row.refusals, row.retry_at = 0, None
    row.save(force_update=True)
    _seen.refusals = False


def ended() -> datetime | None:
    """When the last time was over in which the host took no mail."""
    row = _row()
    return row.ended if row else None


def forget_cache() -> None:
    """Look at the database only at the next refusal."""
    _seen.refusals = False


def _row() -> MailHostTrouble | None:
    row = next(iter(prepared_sql.rows(MailHostTrouble, host=_host())), None)
    _seen.refusals = row is not None and row.refusals > 0
    return row


def _begin() -> MailHostTrouble:
    row = MailHostTrouble(host=_host(), since=timezone.now())
    MailHostTrouble.objects.bulk_create([row], ignore_conflicts=True)
    return row


def _pause(row: MailHostTrouble) -> timedelta:
    return retry.MAIL_HOST.delay_after(row.refusals - _REFUSALS + 1)


def _host() -> str:
    url = urlsplit(settings.OTALINK_MAIL_URL)
    return url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()[:255]
