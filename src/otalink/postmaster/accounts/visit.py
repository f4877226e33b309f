"""Fetching from one mail account: each mail is filed first, and deleted or moved only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched

import structlog
from django.db import Error

from otalink.postmaster import intake
from otalink.postmaster.accounts import first_contact
from otalink.postmaster.accounts.failure import MailboxFull, SourceFailure
from otalink.postmaster.accounts.lease import Lease, LeaseLost, take
from otalink.postmaster.accounts.mailbox import Mailbox, Waiting, open_mailbox
from otalink.postmaster.accounts.models import MailAccount
from otalink.postmaster.mail_size import max_bytes
from otalink.postmaster.outcome import Outcome
from otalink.sysconfig import store
from otalink.sysconfig.declarations import FETCH_INTERVAL, MAX_EMAIL_SIZE

# So many mails are put away together: it saves round trips; if the connection breaks they are known as filed.
_TOGETHER = 20
# After so many failures in a row one mail that cannot be taken no longer holds up those behind it.
_STUBBORN = 3

log = structlog.get_logger(__name__)


@dataclass
class Visit:
    """What came of one visit to an account; `error` is empty where all went well."""

    account: str
    outcomes: dict[str, int] = field(default_factory=dict)
    too_large: int = 0
    error: str = ""

    def count(self, outcome: Outcome) -> None:
        """One mail more."""
        self.outcomes[outcome.value] = self.outcomes.get(outcome.value, 0) + 1

    @property
    def note(self) -> str:
        """What an operator should know although fetching works."""
        if not self.too_large:
            return ""
        mails = "1 mail that is" if self.too_large == 1 else f"{self.too_large} mails that are"
        return (
            f"not fetched: {mails} larger than PostMasterMaxEmailSize ({store.get(MAX_EMAIL_SIZE)} MB); "
            "raise that setting to have it all filed, or look into the mailbox and take them out of the folder"
        )


def visit(account: MailAccount, is_stopping: Callable[[], bool], *, stay: bool) -> Visit:
    """Fetch all there is; with `stay`, also what comes until `is_stopping`, where the server announces it.

    Never raises for what is wrong with the account or its server: that stands in the account, and in the visit.
    """
    taken = take(account.pk)
    if taken is None:
        return Visit(account.name, error="another process fetches from it now, or it is disabled")
    account, lease = taken
    result = Visit(account.name)
    try:
        is_more = True
        while is_more and not is_stopping():
            with open_mailbox(account) as mailbox:
                first_contact.begin(account, mailbox)
                is_more = _fetch(mailbox, account, lease, result, is_stopping, stay=stay)
    except LeaseLost:
        log.info("another process fetches now, or the mail account was changed", account=account.name)
    except SourceFailure as failure:
        result.error = str(failure)
        log.warning("mail account fails", account=account.name, error=str(failure))
        lease.failed(account, str(failure))
    except Error:
        raise
    except Exception as error:
        # Servers say things that no library expects.
        result.error = f"something unexpected, which otalink's log tells in full: {type(error).__name__}: {error}"
        log.exception("mail account fails", account=account.name)
        lease.failed(account, result.error)
    finally:
        lease.release()
    return result


def _fetch(
    mailbox: Mailbox, account: MailAccount, lease: Lease, result: Visit, is_stopping: Callable[[], bool], *, stay: bool
) -> bool:
    """Whether more is there than one session takes."""
    while True:
        is_more = _file_all(mailbox, account, lease, result, is_stopping)
        lease.succeeded(result.note, timedelta(seconds=store.get(FETCH_INTERVAL)))
        account.failures, account.failing_since = 0, None
        if not (stay and mailbox.can_wait) or is_stopping():
            return is_more
        _wait(mailbox, lease, is_stopping)


def _file_all(
    mailbox: Mailbox, account: MailAccount, lease: Lease, result: Visit, is_stopping: Callable[[], bool]
) -> bool:
    limit, tolerated = max_bytes(), max(0, account.failures - _STUBBORN)
    waiting = [mail for mail in mailbox.waiting() if first_contact.is_to_be_filed(account, mail)]
    fitting = [mail for mail in waiting if mail.size <= limit]
    result.too_large = len(waiting) - len(fitting)
    held, full = 0, None
    for together in batched(fitting[: mailbox.mails_per_session], _TOGETHER):
        filed: list[str] = []
        for mail in together:
            if is_stopping() or held > tolerated:
                break
            lease.renew()
            if _file(mailbox, mail, account, result):
                filed.append(mail.key)
            else:
                held += 1
        full = _put_away(mailbox, filed) or full
    if full:
        raise full
    if held:
        raise SourceFailure(f"{held} mails could not be filed now and stay in the mailbox; otalink's log says why")
    return len(fitting) > mailbox.mails_per_session


def _put_away(mailbox: Mailbox, filed: list[str]) -> MailboxFull | None:
    """What hinders it, if that is a full mailbox: then the rest is filed all the same, and filed mail stays known."""
    try:
        if filed:
            mailbox.settle(filed)
    except MailboxFull as failure:
        return failure
    return None


def _file(mailbox: Mailbox, mail: Waiting, account: MailAccount, result: Visit) -> bool:
    """Whether the mail is ours now."""
    raw = mailbox.read(mail.key)
    if raw is None:
        return True
    delivery = first_contact.delivery_of(account, mail)
    filed = intake.run(raw, delivery)
    if filed.outcome is Outcome.REJECTED:
        # A mailbox cannot say no, so the mail waits for an operator.
        filed = intake.keep_back(raw, delivery, f"rejected: {filed.reason}")
    result.count(filed.outcome)
    return filed.outcome is not Outcome.TRY_LATER


def _wait(mailbox: Mailbox, lease: Lease, is_stopping: Callable[[], bool]) -> None:
    """Until new mail is announced, but never long: some servers forget to say."""

    def go_on() -> bool:
        lease.renew()
        return not is_stopping()

    mailbox.wait(store.get(FETCH_INTERVAL), go_on)
