"""Auto-replies to mail that became no ticket: few per address and day, queued in a transaction, sent by the worker."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from otalink.notifications import outbox
from otalink.notifications.models import AUTO_REPLY, AutoReplyContent
from otalink.notifications.transport.headers import one_line

_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class AutoReply:
    """What is to be answered.

    `in_reply_to` is the message id of the mail, without angle brackets, or empty. Those with one `limit_key`
    count together.
    """

    recipient: str
    sender: str
    subject: str
    text: str
    limit_key: str
    in_reply_to: str = ""


def sent_today(limit_key: str) -> int:
    """How many auto-replies were queued for a key, such as a sender's address, within the last day."""
    since = timezone.now() - _WITHIN
    return AutoReplyContent.objects.filter(limit_key=_digest(limit_key), mail__created__gt=since).count()


@transaction.atomic
def queue(reply: AutoReply) -> None:
    """Have an auto-reply sent once the transaction commits."""
    mail = outbox.draft(AUTO_REPLY)
    outbox.queue([mail], lambda _: outbox.UNASKED)
    AutoReplyContent.objects.create(
        mail=mail,
        recipient=reply.recipient,
        sender=reply.sender,
        subject=one_line(reply.subject),
        text=reply.text,
        in_reply_to=reply.in_reply_to[:255],
        limit_key=_digest(reply.limit_key),
    )


def _digest(limit_key: str) -> str:
    return hashlib.sha256(limit_key.encode()).hexdigest()
