"""Auto-replies to mail that became no ticket: few per address and day, queued in a transaction, sent by the worker."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from otalink.customers import addresses
from otalink.notifications import mailer, undeliverable
from otalink.notifications.headers import POLICY, mark_automatic, one_line, person, set_thread
from otalink.notifications.mailer import PermanentFailure, TemporaryFailure
from otalink.notifications.models import AnswerMail, MailState

GIVE_UP_AFTER = timedelta(days=1)
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
    return AnswerMail.objects.filter(limit_key=_digest(limit_key), created__gt=timezone.now() - _WITHIN).count()


@transaction.atomic
def queue(reply: AutoReply) -> None:
    """Have an auto-reply sent once the transaction commits."""
    now = timezone.now()
    mail = AnswerMail.objects.create(
        recipient=reply.recipient,
        limit_key=_digest(reply.limit_key),
        sender=reply.sender,
        subject=one_line(reply.subject),
        text=reply.text,
        in_reply_to=reply.in_reply_to[:255],
        message_id=f"{uuid.uuid4().hex}@{urlsplit(settings.OTALINK_BASE_URL).hostname}",
        created=now,
        changed=now,
    )
    deliver_answer.enqueue(mail.pk)


@task
def deliver_answer(mail_id: int) -> str:
    """Try once to send a queued answer; returns the state it is in then.

    Raises:
        TemporaryFailure: it stays queued; run this again later. After a day it counts as failed.
    """
    mail = AnswerMail.objects.filter(pk=mail_id, state=MailState.QUEUED).first()
    if mail is None:
        return "not queued"
    if undeliverable.why(mail.recipient):
        return _finish(mail, MailState.DROPPED, "the address is undeliverable")
    try:
        # The null sender of RFC 3834: nobody needs to know that a refusal did not arrive, and none can loop.
        mailer.send(compose(mail), "", addresses.require(mail.recipient).as_sent)
    except (PermanentFailure, ValueError) as error:
        return _finish(mail, MailState.FAILED, str(error))
    except TemporaryFailure as error:
        if mail.created < timezone.now() - GIVE_UP_AFTER:
            return _finish(mail, MailState.FAILED, str(error))
        AnswerMail.objects.filter(pk=mail.pk).update(last_error=str(error), changed=timezone.now())
        raise
    return _finish(mail, MailState.SENT, "")


def compose(mail: AnswerMail) -> EmailMessage:
    """The answer as a mail.

    Raises:
        ValueError: no mail can be sent to such an address, or from it.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = person(addresses.require(mail.sender))
    message["To"] = person(addresses.require(mail.recipient))
    message["Subject"] = mail.subject
    message["Date"] = mail.created
    message["Message-ID"] = f"<{mail.message_id}>"
    set_thread(message, mail.in_reply_to)
    mark_automatic(message, "auto-replied")
    message.set_content(mail.text, cte="quoted-printable")
    return message


def _finish(mail: AnswerMail, state: MailState, reason: str) -> MailState:
    AnswerMail.objects.filter(pk=mail.pk).update(state=state, last_error=reason, changed=timezone.now())
    return state


def _digest(limit_key: str) -> str:
    return hashlib.sha256(limit_key.encode()).hexdigest()
