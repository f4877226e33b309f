"""What keeps answers from customers or mail from agents: one list for the desk's header, `check` and `/readyz`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from otalink.desk.current import get_desk
from otalink.maintenance import heartbeat
from otalink.maintenance.models import CronRun, WorkerHeartbeat
from otalink.notifications import mail_host
from otalink.notifications.models import FeedPosition
from otalink.notifications.results import status
from otalink.postmaster import quarantine
from otalink.postmaster.accounts.models import MailAccount


@dataclass(frozen=True)
class Problem:
    """Something for somebody to look after.

    `kind` names it in code, `short` stands in a header, `lines` tell an operator everything, each on one line.
    """

    kind: str
    short: str
    lines: tuple[str, ...]


def problems() -> list[Problem]:
    """Everything that is wrong now.

    Raises:
        django.db.Error, DeskUnavailable
    """
    return [problem for look in _LOOKS if (problem := look())]


def _mail_host() -> Problem | None:
    trouble = mail_host.trouble()
    if trouble is None:
        return None
    line = f"the mail host takes nothing since {trouble.since:%Y-%m-%d %H:%M} UTC: {trouble.reason}"
    return Problem("mail-host", "mail host refuses", (line,))


def _not_delivered() -> Problem | None:
    tickets = len(status.undelivered_tickets())
    if not tickets:
        return None
    line = f"mail about {_many(tickets, 'ticket')} was not delivered; `otalink outbox list` says why"
    return Problem("not-delivered", f"{tickets} not delivered", (line,))


def _desk() -> Problem | None:
    """A desk that is another system cannot be read or written."""
    lines = get_desk().problems()
    return Problem("desk", "desk not reached", tuple(lines)) if lines else None


def _quarantined() -> Problem | None:
    mails = len(quarantine.ids())
    if not mails:
        return None
    line = f"{_many(mails, 'mail')} in quarantine; `otalink quarantine list` says why"
    return Problem("quarantined", f"{mails} quarantined", (line,))


def _failing_accounts() -> Problem | None:
    """Accounts from which mail does not come, or not all of it."""
    accounts = list(MailAccount.objects.filter(enabled=True).exclude(last_error=""))
    if not accounts:
        return None
    return Problem("accounts", f"{_many(len(accounts), 'account')} failing", tuple(map(_account_line, accounts)))


def _account_line(account: MailAccount) -> str:
    since = f"fails since {account.failing_since:%Y-%m-%d %H:%M} UTC: " if account.failing_since else ""
    return f"mail account {account.name}: {since}{account.last_error}"


def has_worker() -> bool:
    """Whether a worker is alive.

    Raises:
        django.db.Error
    """
    return WorkerHeartbeat.objects.filter(seen__gte=heartbeat.dead_since()).exists()


def _no_worker() -> Problem | None:
    """Nothing is sent without a worker; before the first mail and the first worker that is no problem yet."""
    if has_worker():
        return None
    if not CronRun.objects.exists() and not _has_unread_history():
        return None
    line = "no worker is alive: no mail leaves; start `otalink run` or `otalink worker`"
    return Problem("no-worker", "no worker", (line,))


def _has_unread_history() -> bool:
    position = FeedPosition.objects.first()
    return bool(get_desk().history_since(position.entry_id if position else 0, 1))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def lines() -> Iterator[str]:
    """Everything that is wrong now, a line each.

    Raises:
        django.db.Error, DeskUnavailable
    """
    for problem in problems():
        yield from problem.lines


# The worst first.
_LOOKS: tuple[Callable[[], Problem | None], ...] = (
    _no_worker,
    _desk,
    _mail_host,
    _not_delivered,
    _quarantined,
    _failing_accounts,
)
