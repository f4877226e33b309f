"""`050-BounceDetection`: a mail of ours came back. It belongs to its ticket, where agents read why.

Anybody can write what looks like a bounce, so only one that names the message id of a mail we sent counts; nobody but
its reader's mail servers knows that. The address is that reader's, whatever the bounce says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otalink.customers import directory
from otalink.desk.current import get_desk
from otalink.desk.types import Ticket
from otalink.mail.incoming import IncomingMail
from otalink.mail.refusals import Cause
from otalink.notifications import outbox, undeliverable
from otalink.notifications.models import OutboxMail
from otalink.notifications.results import returns
from otalink.postmaster.filing import Filing
from otalink.postmaster.filters import returned_mail
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import boolean
from otalink.tokens import issue
from otalink.tokens.redact import without_secrets


class BounceDetection:
    """The pre-filter, and the one that finds the ticket of a bounce."""

    KEYS: Mapping[str, Key[Any]] = {"MarkUndeliverable": Key(boolean, default=True)}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._marks: bool = config["MarkUndeliverable"]

    def find_ticket(self, mail: IncomingMail) -> Ticket | None:
        """The ticket that a mail of ours was about which a mail system reports on."""
        sent = outbox.find_sent(returned_mail.ids(mail))
        return get_desk().find_ticket(sent.ticket_number) if sent else None

    def __call__(self, mail: IncomingMail, _context: Context) -> FilterResult:
        """A person's mail takes the mark of their address away."""
        if not mail.automatic and self._marks and mail.author_address:
            undeliverable.clear(mail.author_address)
        return Continue(mail)

    def finish(self, mail: IncomingMail, context: Context) -> Filing:
        """Note a mail that came back, and mark its address where that is the cause."""
        failure = returned_mail.failure(mail)
        sent = outbox.find_sent(returned_mail.ids(mail)) if failure else None
        if failure and sent:
            self._take_back(sent, failure)
        return context.filing

    def _take_back(self, sent: OutboxMail, failure: returned_mail.Failure) -> None:
        # Nobody has its link; left alive, that would keep older links from bringing a fresh one.
        if sent.customer_login and outbox.is_newest(sent):
            issue.take_back(sent.ticket_number, sent.customer_login)
        reader = directory.find_by_login(sent.customer_login) if sent.customer_login else None
        said = without_secrets(failure.said)
        if self._marks and failure.cause is Cause.ADDRESS and reader and reader.email:
            undeliverable.mark(reader.email, said)
        returns.note(sent, reader, failure.cause, said)
