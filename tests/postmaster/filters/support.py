"""Short ways to configured pre-filters and to bounces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from otalink.mail.incoming import IncomingMail
from otalink.minidesk.models import DynamicField
from otalink.notifications import outbox
from otalink.notifications.auto_replies import AutoReply
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from otalink.postmaster.filing import Filing
from otalink.postmaster.filters.base import Context, Continue, FilterResult, Ignore, Reject
from otalink.sysconfig import store
from otalink.sysconfig.patterns import PRE_FILTERS, Key
from otalink.sysconfig.setting import text
from tests.postmaster.builders import multipart, part
from tests.support import make


def use(name: str, module: str, **config: Any) -> None:
    """Add a pre-filter, as an operator does."""
    store.set_value(f"{PRE_FILTERS.prefix}{name}", {"Module": module, **config})


def sent_mail(number: str, login: str = make.ANN) -> str:
    """A mail of ours about a ticket that was sent; returns its message id."""
    mail = outbox.draft(NotificationEvent.TICKET_CREATED, number, customer_login=login)
    with transaction.atomic():
        outbox.queue([mail])
    OutboxMail.objects.filter(message_id=mail.message_id).update(state=MailState.SENT, sent_at=timezone.now())
    return mail.message_id


_SAID = {"5.1.1": "no such\r\n mailbox", "5.2.2": "mailbox is\r\n over quota"}


def bounce(
    message_id: str, status: str = "5.1.1", action: str = "failed", about: str = make.ANN, said: str = ""
) -> bytes:
    """A report as mail systems write it (RFC 3464); `said` is the diagnostic, one that fits the status if not given."""
    diagnostic = said or f"550 {status} {_SAID.get(status, 'refused')}"
    fields = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {about}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {diagnostic}\r\n"
    )
    raw = multipart(
        "report; report-type=delivery-status",
        part(b"Your mail could not be delivered."),
        part(fields.encode(), "message/delivery-status"),
        part(f"Subject: x\r\nMessage-ID: <{message_id}>\r\n".encode(), "text/rfc822-headers"),
    )
    return raw.replace(b"Ann Lee <ann@customer.example>", b"Mail System <MAILER-DAEMON@mx.example>")


class Returns:
    """A pre-filter that returns what a line of Python says, and goes by the names of docs/howto/write-a-filter.md."""

    KEYS: Mapping[str, Key[Any]] = {"Value": Key(text, "")}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._value: str = config["Value"]

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        auto_reply = AutoReply(mail.author_address, "support@localhost", "Refused", "We take no mail.", "refused")
        names = {"mail": mail, "context": context, "filing": context.filing, "auto_reply": auto_reply}
        classes = {"replace": replace, "Continue": Continue, "Ignore": Ignore, "Reject": Reject}
        result: FilterResult = eval(self._value, {**names, **classes, "reason": "not wanted"})
        return result


class Finishes:
    """A pre-filter that lets every mail pass, and gives the ticket another title at the end."""

    KEYS: Mapping[str, Key[Any]] = {}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        return Continue(mail)

    def finish(self, mail: IncomingMail, context: Context) -> Filing:
        DynamicField.objects.create(name="Finished", type="text")
        return context.filing.with_directives({"Title": f"{context.filing.directives['Title']}, finished"})


# A pre-filter with a fault, for mail with this subject.
STUBBORN = "Stubborn"
FAULT = ("500-Fault", f"{__name__}.Returns", f"Continue(mail) if mail.subject != {STUBBORN!r} else 1 / 0")


def fails_on_stubborn_mail() -> None:
    """Add a pre-filter that fails on one subject, whose mail cannot be filed thus."""
    name, _, value = FAULT
    returning(name, value)


def fails(reason: str) -> None:
    """Add a pre-filter that fails on every mail."""
    returning(FAULT[0], f"{{}}[{reason!r}]")


def mend() -> None:
    """Take the pre-filter away that fails."""
    store.reset(f"{PRE_FILTERS.prefix}{FAULT[0]}")


def returning(name: str, value: str) -> None:
    """Add a pre-filter that returns this line of Python."""
    use(name, f"{__name__}.Returns", Value=value)
