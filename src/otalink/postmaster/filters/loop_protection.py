"""`100-LoopProtection`: a robot that answers our answers is filed, and answered no more.

A robot that follows the standards is known by its headers. One that follows none is known by what only people do:
somebody opens the link that an answer brings. After `MaxUnopened` answers within a day that nobody opened, and after
`PostmasterMaxEmails` in any case, a sender's new tickets are filed without an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from otalink.customers.addresses import mailbox
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.claim import Claim
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.postmaster.senders import has_password, last_opened
from otalink.sysconfig import store
from otalink.sysconfig.declarations import MAX_EMAILS, MAX_EMAILS_PER_ADDRESS
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import integer

_WITHIN = timedelta(days=1)
# Enough for every limit an operator may set.
_MOST = 10_000


class LoopProtection:
    """The pre-filter."""

    KEYS: Mapping[str, Key[Any]] = {"MaxUnopened": Key(integer(1, 10_000), 4)}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._most_unopened: int = config["MaxUnopened"]

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Take a sender for a robot who had enough answers today."""
        if not context.is_new_ticket or mail.automatic or not mail.author_address:
            return Continue(mail)
        reason = self._why(mailbox(mail.author_address), mail.author_address)
        return Continue(replace(mail, automatic=reason) if reason else mail)

    def _why(self, sender: str, address: str) -> str:
        times = _notified_at(sender)
        most = store.get(MAX_EMAILS_PER_ADDRESS).get(address.lower(), store.get(MAX_EMAILS))
        if len(times) >= most:
            return f"loop protection: {most} answers within a day"
        if len(times) < self._most_unopened:
            return ""
        # Whoever signs in with a password gets no links to open, but is a person.
        opened = timezone.now() if has_password(address) else last_opened(address)
        unopened = [time for time in times if opened is None or time > opened]
        if len(unopened) < self._most_unopened:
            return ""
        return f"loop protection: nobody opened the last {len(unopened)} answers"


def _notified_at(sender: str) -> list[datetime]:
    """When new tickets of that mailbox, written without a +tag, were notified of within the last day."""
    claims = Claim.objects.filter(notified_mailbox=sender[:255], created__gt=timezone.now() - _WITHIN)
    return list(claims.values_list("created", flat=True)[:_MOST])
