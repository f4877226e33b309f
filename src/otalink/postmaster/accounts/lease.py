"""Who fetches from a mail account now: one process at a time, by a conditional UPDATE that changes one row or none."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from otalink.common import retry
from otalink.common.owners import new_owner
from otalink.postmaster.accounts.models import MailAccount

# A process that was killed holds an account up for so long. Whoever is slower than this loses the account to another
# process, and then the mails' claims keep each from being filed twice.
DURATION = timedelta(seconds=60)
_RENEW_SECONDS = 10.0


class LeaseLost(Exception):
    """Another process fetches now, or the account was changed, disabled or deleted."""


class Lease:
    """The right to fetch from one account; take it with `take`."""

    def __init__(self, account_id: int, owner: str) -> None:
        self._account_id, self._owner, self._renewed = account_id, owner, time.monotonic()

    def renew(self) -> None:
        """Keep the account; asks the database only every few seconds.

        Raises:
            LeaseLost
        """
        if time.monotonic() - self._renewed < _RENEW_SECONDS:
            return
        if not self._update(lease_until=timezone.now() + DURATION):
            raise LeaseLost
        self._renewed = time.monotonic()

    def succeeded(self, note: str, next_try: timedelta) -> None:
        """Fetching worked; `note` is what an operator should know all the same, or empty."""
        now = timezone.now()
        self._update(last_success=now, failing_since=None, failures=0, last_error=note, next_try=now + next_try)

    def failed(self, account: MailAccount, error: str) -> None:
        """Fetching did not work; the pause grows from time to time."""
        now = timezone.now()
        self._update(
            failing_since=account.failing_since or now,
            failures=account.failures + 1,
            last_error=error,
            next_try=now + retry.MAIL_ACCOUNTS.delay_after(account.failures + 1),
        )

    def release(self) -> None:
        """Let others fetch."""
        self._update(lease_owner="", lease_until=None)

    def _update(self, **values: Any) -> bool:
        mine = MailAccount.objects.filter(pk=self._account_id, lease_owner=self._owner, enabled=True)
        return mine.update(**values) == 1


def due() -> QuerySet[MailAccount]:
    """The accounts that may be fetched from now: enabled, not paused, and nobody else's."""
    now = timezone.now()
    return _free().filter(Q(next_try=None) | Q(next_try__lte=now))


def take(account_id: int) -> tuple[MailAccount, Lease] | None:
    """The account with the right to fetch from it; None where another process has it, or it is disabled."""
    owner = new_owner()
    free = _free().filter(pk=account_id)
    if not free.update(lease_owner=owner, lease_until=timezone.now() + DURATION):
        return None
    account = MailAccount.objects.filter(pk=account_id, lease_owner=owner).first()
    return (account, Lease(account_id, owner)) if account else None


def _free() -> QuerySet[MailAccount]:
    nobodys = Q(lease_until=None) | Q(lease_until__lte=timezone.now())
    return MailAccount.objects.filter(nobodys, enabled=True)
