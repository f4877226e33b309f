"""Delivering a queued mail: one attempt per run of the task; the worker comes back while the task raises."""

from __future__ import annotations

import contextlib

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.tasks import task
from django.utils import timezone

from otalink.common import retry
from otalink.common.retry import RetryPolicy
from otalink.customers import addresses
from otalink.desk.current import get_desk
from otalink.desk.port import TicketNotFound
from otalink.notifications import mailer, undeliverable
from otalink.notifications.compose import compose, compose_auto_reply
from otalink.notifications.letter import Letter, NobodyThere, NothingToSend, prepare
from otalink.notifications.mailer import PermanentFailure
from otalink.notifications.models import AUTO_REPLY, MailState, NotificationEvent, OutboxMail
from otalink.tokens import issue
from otalink.tokens.issue import Issued

_log = structlog.get_logger("otalink.notifications")


@task
def deliver(outbox_id: int) -> str:
    """Try once to deliver a queued mail; returns the state it is in then.

    The worker that claimed the task is the only one to run it. Should it be cut off after sending and before noting
    so, the mail is sent again under the same message id.

    Raises:
        TemporaryFailure, BackendUnavailable, DeskUnavailable: it stays queued; run this again later. Once its retry
            policy is over it counts as failed.
    """
    mail = OutboxMail.objects.filter(pk=outbox_id, state=MailState.QUEUED).first()
    if mail is None:
        return "not queued"
    OutboxMail.objects.filter(pk=mail.pk).update(attempts=F("attempts") + 1, changed=timezone.now())
    try:
        return _attempt_auto_reply(mail) if mail.event == AUTO_REPLY else _attempt_letter(mail)
    except Exception as error:
        is_given_up = _note_failure(mail, f"{type(error).__name__}: {error}")
        # A task that raises is run again, which is of no use to a mail given up; where the task is given up as well,
        # its record keeps the traceback.
        if is_given_up and not retry.TASKS.is_over(mail.created, timezone.now()):
            return MailState.FAILED
        raise


def _attempt_auto_reply(mail: OutboxMail) -> MailState:
    if undeliverable.why(mail.auto_reply.recipient):
        return _finish(mail, MailState.DROPPED, "the address is undeliverable")
    try:
        # The null sender of RFC 3834: nobody needs to know that a refusal did not arrive, and none can loop.
        mailer.send(compose_auto_reply(mail), "", addresses.require(mail.auto_reply.recipient).as_sent)
    except (PermanentFailure, ValueError) as error:
        return _finish(mail, MailState.FAILED, str(error))
    return _finish(mail, MailState.SENT, "")


def _attempt_letter(mail: OutboxMail) -> MailState:
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
    if mail.event == AUTO_REPLY:
        return  # there is no ticket on which agents could read it
    with contextlib.suppress(TicketNotFound):
        get_desk().record_undeliverable(mail.ticket_number, text)


def _note_failure(mail: OutboxMail, error: str) -> bool:
    """Say on the mail why it did not leave; whether it is given up now."""
    now, policy = timezone.now(), _retry_policy(mail)
    if not policy.is_over(mail.created, now):
        OutboxMail.objects.filter(pk=mail.pk).update(last_error=error, changed=now)
        return False
    with transaction.atomic():
        _record_undeliverable(mail, f"given up after {policy.give_up_after.days} days: {error}")
        _finish(mail, MailState.FAILED, error)
    return True


def _retry_policy(mail: OutboxMail) -> RetryPolicy:
    return retry.AUTO_REPLIES if mail.event == AUTO_REPLY else retry.NOTIFICATIONS


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
