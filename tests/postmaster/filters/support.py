"""Short ways to configured pre-filters and to bounces."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from otalink.notifications import outbox
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from otalink.sysconfig import store
from otalink.sysconfig.patterns import PRE_FILTERS
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


def bounce(message_id: str, status: str = "5.1.1", action: str = "failed", about: str = make.ANN) -> bytes:
    """A report as mail systems write it (RFC 3464)."""
    fields = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {about}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} no such\r\n mailbox\r\n"
    )
    raw = multipart(
        "report; report-type=delivery-status",
        part(b"Your mail could not be delivered."),
        part(fields.encode(), "message/delivery-status"),
        part(f"Subject: x\r\nMessage-ID: <{message_id}>\r\n".encode(), "text/rfc822-headers"),
    )
    return raw.replace(b"Ann Lee <ann@customer.example>", b"Mail System <MAILER-DAEMON@mx.example>")
