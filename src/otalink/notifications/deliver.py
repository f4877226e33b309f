"""Delivering a queued mail: one attempt per run of the task; the worker comes back while the task raises."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from otalink.common import prepared_sql, retry
from otalink.common.retry import RetryPolicy
from otalink.customers import addresses
from otalink.desk.current import get_desk
from otalink.desk.port import TicketNotFound
from otalink.notifications import answer_files, mail_host, undeliverable
from otalink.notifications.compose import compose, compose_auto_reply
from otalink.notifications.letter import Letter, NobodyThere, NothingToSend, Withheld, plain_link, prepare
from otalink.notifications.models import AUTO_REPLY, PASSED_ON, MailState, NotificationEvent, OutboxMail
from otalink.notifications.passed_on import copies as passed_on
from otalink.notifications.passed_on import reports
from otalink.notifications.passed_on.copies import Copy
from otalink.notifications.transport import mailer
from otalink.notifications.transport.mailer import PermanentFailure, RefusedByHost, TemporaryFailure, TooLarge
from otalink.notifications.transport.message import OutgoingMail, RawMail
from otalink.tokens import issue
from otalink.tokens.issue import Issued

_ATTEMPT = "UPDATE notifications_outboxmail SET attempts = %s, changed = %s WHERE id = %s"
_ATTEMPT_COPY = (
    "UPDATE notifications_outboxmail SET attempts = %s, changed = %s, ticket_number = %s, article_id = %s, "
    "customer_login = %s WHERE id = %s"
)
_FINISH = (
    "UPDATE notifications_outboxmail SET state = %s, attempts = %s, last_error = %s, pending_key = NULL, changed = %s, "
    "sent_at = %s, customer_login = %s WHERE id = %s"
)

_log = structlog.get_logger("otalink.notifications")


@task
def deliver(outbox_id: int) -> str:
    """Try once to deliver a queued mail; returns the state it is in then.

    The worker that claimed the task is the only one to run it. Should it be cut off after sending and before noting
    so, the mail is sent again under the same message id.

    Raises:
        TemporaryFailure, BackendUnavailable, DeskUnavailable: it stays queued; run this again later. Once its retry
            policy is over it counts as failed, and is returned as such.
    """
    mail = next(iter(prepared_sql.rows(OutboxMail, id=outbox_id, state=MailState.QUEUED.value)), None)
    if mail is None:
        return "not queued"
    try:
        state = _attempts().get(mail.event, _attempt_letter)(mail)
    except Exception as error:
        if _note_failure(mail, error):
            return MailState.FAILED
        raise
    if state is MailState.SENT:
        mail_host.answered()
    return state


def _attempts() -> dict[str, Callable[[OutboxMail], MailState]]:
    return {AUTO_REPLY: _attempt_auto_reply, PASSED_ON: _attempt_passed_on}


def _attempt_auto_reply(mail: OutboxMail) -> MailState:
    if undeliverable.why(mail.auto_reply.recipient):
        return _finish(mail, MailState.DROPPED, "the address is undeliverable")
    try:
        # The null sender of RFC 3834: nobody needs to know that a refusal did not arrive, and none can loop.
        recipient = addresses.require(mail.auto_reply.recipient).as_sent
        message = compose_auto_reply(mail)
        _begin(mail)
        _send(mail, message, "", recipient)
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
    issued = _begin(mail, letter)
    try:
        _send_letter(letter, issued)
    except PermanentFailure as error:
        return _refuse(letter, issued, str(error))
    return _sent(letter, issued)


def _attempt_passed_on(mail: OutboxMail) -> MailState:
    issued = None
    try:
        content = passed_on.content_of(mail)
        recipient = addresses.require(content.recipient).as_sent
        copy = passed_on.copy_of(passed_on.read(content), content)
        issued = _begin_copy(mail, copy)
        _send(mail, RawMail(copy.content(issued)), content.sender, recipient)
    except (PermanentFailure, TooLarge, ValueError, passed_on.Gone) as error:
        return _return_copy(mail, issued, str(error))
    with transaction.atomic():
        if issued:
            issue.mark_delivered(issued.id)
        return _finish(mail, MailState.SENT, "")


@transaction.atomic
def _begin_copy(mail: OutboxMail, copy: Copy) -> Issued | None:
    """The same as `_begin`, and what the mail is about, which nobody knew before."""
    mail.ticket_number, mail.article_id = copy.ticket_number, copy.article_id
    mail.customer_login = copy.customer_login
    about = (mail.ticket_number, mail.article_id, mail.customer_login)
    prepared_sql.execute(_ATTEMPT_COPY, mail.attempts + 1, timezone.now(), *about, mail.pk)
    return issue.issue(copy.ticket_number, copy.customer_login) if copy.gets_token else None


@transaction.atomic
def _return_copy(mail: OutboxMail, issued: Issued | None, reason: str) -> MailState:
    """It does not arrive: whoever wrote it is told, and so is whoever looks at its ticket."""
    if issued:
        issue.withdraw(issued.id)
    with contextlib.suppress(passed_on.Gone):
        content = passed_on.content_of(mail)
        for report in reports.report(content, reason):
            deliver.enqueue(report.pk)
        _record_undeliverable(mail, f"{content.recipient}: {reason}")
    return _finish(mail, MailState.FAILED, reason)


@transaction.atomic
def _begin(mail: OutboxMail, letter: Letter | None = None) -> Issued | None:
    """Count the attempt and make the letter's link; both are known before anybody may have the mail."""
    prepared_sql.execute(_ATTEMPT, mail.attempts + 1, timezone.now(), mail.pk)
    return issue.issue(letter.ticket.number, letter.customer.login) if letter and letter.gets_token else None


def _send_letter(letter: Letter, issued: Issued | None) -> None:
    link, code = (issued.url, issued.code) if issued else (plain_link(letter.ticket.number), "")
    files = answer_files.of(letter)
    # The queue is the envelope's sender too, not the null sender that RFC 3834 suggests for automatic answers: a bounce
    # comes back through intake onto the ticket, and intake answers no bounce.
    sender, recipient = addresses.require(letter.ticket.queue_email), addresses.require(letter.customer.email)
    try:
        _send(letter.mail, compose(letter, link, code, files), sender.as_sent, recipient.as_sent)
    except TooLarge:
        if not files.attached:
            raise
        _send(letter.mail, compose(letter, link, code, files.only_named()), sender.as_sent, recipient.as_sent)


def _send(mail: OutboxMail, message: OutgoingMail | RawMail, envelope_from: str, to: str) -> None:
    try:
        mailer.send(message, envelope_from, to)
    except (PermanentFailure, TemporaryFailure) as error:
        if isinstance(error, RefusedByHost) and not isinstance(error, TooLarge):
            mail_host.refused(mail.pk, str(error))
        else:
            mail_host.answered()
        raise


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
    if isinstance(reason, Withheld):
        with contextlib.suppress(TicketNotFound):
            get_desk().record_withheld(mail.ticket_number, str(reason))
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
    if mail.event == AUTO_REPLY or not mail.ticket_number:
        return  # there is no ticket on which agents could read it
    with contextlib.suppress(TicketNotFound):
        get_desk().record_undeliverable(mail.ticket_number, text)
        OutboxMail.objects.filter(pk=mail.pk).update(undelivered_since=timezone.now())


def _note_failure(mail: OutboxMail, error: Exception) -> bool:
    """Say on the mail why it did not leave; whether it is given up now."""
    now, policy, text = timezone.now(), _retry_policy(mail, error), f"{type(error).__name__}: {error}"
    if not policy.is_over(_counted_from(mail), now):
        OutboxMail.objects.filter(pk=mail.pk).update(attempts=mail.attempts + 1, last_error=text, changed=now)
        return False
    given_up = f"given up after {policy.give_up_after.days} days: {text}"
    if mail.event == PASSED_ON:
        _return_copy(mail, None, given_up)
        return True
    with transaction.atomic():
        _record_undeliverable(mail, given_up)
        _finish(mail, MailState.FAILED, text)
    return True


def _counted_from(mail: OutboxMail) -> datetime:
    """When the time of a mail begins: what waited for the mail host had no chance before."""
    return mail.created if mail.event == AUTO_REPLY else max(mail.created, mail_host.ended() or mail.created)


def _retry_policy(mail: OutboxMail, error: Exception) -> RetryPolicy:
    if mail.event == AUTO_REPLY:
        return retry.AUTO_REPLIES
    return retry.REFUSED_BY_HOST if isinstance(error, RefusedByHost) else retry.NOTIFICATIONS


def _finish(mail: OutboxMail, state: MailState, reason: str, letter: Letter | None = None) -> MailState:
    now = timezone.now()
    prepared_sql.execute(
        _FINISH, state.value, mail.attempts + 1, reason, now, now if state is MailState.SENT else None,
        letter.customer.login if letter else mail.customer_login, mail.pk,
    )  # fmt: skip
    _log.info("outgoing mail", kind=mail.event, ticket=mail.ticket_number, state=state.value, reason=reason)
    return state
