"""Delivering a queued mail: one attempt per run of the task; the worker comes back while the task raises."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.tasks import task
from django.utils import timezone

from otalink.customers import addresses
from otalink.desk.current import get_desk
from otalink.desk.port import TicketNotFound
from otalink.notifications import mailer, undeliverable
from otalink.notifications.compose import compose
from otalink.notifications.letter import Letter, NobodyThere, NothingToSend, prepare
from otalink.notifications.mailer import PermanentFailure
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from otalink.tokens import issue
from otalink.tokens.issue import Issued

GIVE_UP_AFTER = timedelta(days=3)

_log = structlog.get_logger("otalink.notifications")


@task
def deliver(outbox_id: int) -> str:
    """Try once to deliver a queued mail; returns the state it is in then.

    The worker that claimed the task is the only one to run it. Should it be cut off after sending and before noting
    so, the mail is sent again under the same message id.

    Raises:
        TemporaryFailure, BackendUnavailable, DeskUnavailable: it stays queued; run this again later. After three days
            it counts as failed.
    """
    mail = OutboxMail.objects.filter(pk=outbox_id, state=MailState.QUEUED).first()
    if mail is None:
        return "not queued"
    OutboxMail.objects.filter(pk=mail.pk).update(attempts=F("attempts") + 1, changed=timezone.now())
    try:
        return _attempt(mail)
    except Exception as error:
        _note(mail, f"{type(error).__name__}: {error}")
        raise


def _attempt(mail: OutboxMail) -> MailState:
    try:
        letter = prepare(mail)
    except NothingToSend as reason:
        return _drop(mail, reason)
    if not addresses.is_address(letter.customer.email):
        return _refuse(letter, None, "this is no e-mail address")
    if why := undeliverable.why(letter.customer.email):
        return _hold_back(letter, why)
    issued = issue.issue(letter.ticket.number, letter.customer.login) if letter.gets_token else None
    message = compose(letter, issued.url if issued else _plain_link(letter.ticket.number))
    # The queue is the envelope's sender too, not the null sender that RFC 3834 suggests for automatic answers: a bounce
    # comes back through intake onto the ticket, and intake answers no bounce.
    sender, recipient = addresses.require(letter.ticket.queue_email), addresses.require(letter.customer.email)
    try:
        mailer.send(message, sender.as_sent, recipient.as_sent)
    except PermanentFailure as error:
        return _refuse(letter, issued, str(error))
    return _sent(letter, issued)


def _plain_link(number: str) -> str:
    path = get_desk().ticket_path(number)
    return f"{settings.OTALINK_BASE_URL}{path}" if path.startswith("/") else path


@transaction.atomic
def _sent(letter: Letter, issued: Issued | None) -> MailState:
    if issued:
        issue.mark_delivered(issued.id)
    return _finish(letter.mail, MailState.SENT, "", letter)


@transaction.atomic
def _drop(mail: OutboxMail, reason: NothingToSend) -> MailState:
    # Whoever answered should know that nobody reads it.
    if isinstance(reason, NobodyThere) and mail.event == NotificationEvent.AGENT_REPLIED:
        _record_undeliverable(mail, str(reason))
    return _finish(mail, MailState.DROPPED, str(reason))


@transaction.atomic
def _refuse(letter: Letter, issued: Issued | None, reason: str) -> MailState:
    if issued:
        issue.withdraw(issued.id)
    _record_undeliverable(letter.mail, f"{letter.customer.email}: {reason}")
    return _finish(letter.mail, MailState.FAILED, reason, letter)


@transaction.atomic
def _hold_back(letter: Letter, reason: str) -> MailState:
    _record_undeliverable(letter.mail, f"{letter.customer.email}: {reason}")
    return _finish(letter.mail, MailState.DROPPED, reason, letter)


def _record_undeliverable(mail: OutboxMail, text: str) -> None:
    with contextlib.suppress(TicketNotFound):
        get_desk().record_undeliverable(mail.ticket_number, text)


def _note(mail: OutboxMail, error: str) -> None:
    if mail.created > timezone.now() - GIVE_UP_AFTER:
        OutboxMail.objects.filter(pk=mail.pk).update(last_error=error, changed=timezone.now())
        return
    with transaction.atomic():
        _record_undeliverable(mail, f"given up after {GIVE_UP_AFTER.days} days: {error}")
        _finish(mail, MailState.FAILED, error)


def _finish(mail: OutboxMail, state: MailState, reason: str, letter: Letter | None = None) -> MailState:
    now = timezone.now()
    OutboxMail.objects.filter(pk=mail.pk).update(
        state=state,
        last_error=reason,
        pending_key=None,
        changed=now,
        sent_at=now if state is MailState.SENT else None,
        customer_login=letter.customer.login if letter else mail.customer_login,
    )
    _log.info("outgoing mail", kind=mail.event, ticket=mail.ticket_number, state=state.value, reason=reason)
    return state
