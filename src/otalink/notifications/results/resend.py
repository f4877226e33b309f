"""Sending a mail once more, as a new one with a message id and a link of its own; or deciding that nobody needs it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.customers import directory
from otalink.desk.current import get_desk
from otalink.notifications import outbox, undeliverable
from otalink.notifications.deliver import deliver
from otalink.notifications.models import AUTO_REPLY, PASSED_ON, AutoReplyContent, MailState, OutboxMail, PassedOnContent
from otalink.notifications.passed_on import copies as passed_on

_CAN_GO_AGAIN = {MailState.FAILED, MailState.RETURNED, MailState.DROPPED}
_CAN_BE_DROPPED = (MailState.QUEUED, MailState.FAILED, MailState.RETURNED, MailState.DROPPED)


class CannotResend(Exception):
    """There is nothing to send again or to drop; the text says why."""


def send_again(mail: OutboxMail) -> OutboxMail:
    """Somebody wants a mail that did not arrive to be sent once more, now; returns the new one.

    A mark on its reader's address goes: whoever says so knows more than the last bounce did. A mail that is still
    queued is tried at once, and returned itself.

    Raises:
        CannotResend
        BackendUnavailable, DeskUnavailable
    """
    if mail.state == MailState.QUEUED:
        _hasten(mail)
        return mail
    if mail.state not in _CAN_GO_AGAIN:
        raise CannotResend(f"mail {mail.pk} was sent, and has not come back")
    address = address_of(mail)
    with transaction.atomic():
        if address:
            undeliverable.clear(address)
        return queue_again(mail)


def queue_again(mail: OutboxMail, *, returns: int = 0, run_after: datetime | None = None) -> OutboxMail:
    """Queue a mail once more, for that time; `returns` is how often it came back so far. Returns the new one.

    Raises:
        CannotResend: it goes again already.
    """
    now = timezone.now()
    copy = outbox.draft(
        mail.event, mail.ticket_number, customer_login=mail.customer_login, article_id=mail.article_id, can_repeat=True
    )
    copy.participant, copy.resend_of, copy.returns = mail.participant, mail, returns
    copy.undelivered_since = (mail.undelivered_since or now) if mail.ticket_number else None
    try:
        with transaction.atomic():
            _queue(copy, run_after)
            OutboxMail.objects.filter(pk=mail.pk).update(undelivered_since=None)
            if mail.event == AUTO_REPLY:
                content = AutoReplyContent.objects.get(mail=mail)
                content.mail = copy
                content.save(force_insert=True)
            PassedOnContent.objects.filter(mail=mail).update(mail=copy)
    except IntegrityError as error:
        raise CannotResend(f"mail {mail.pk} was queued again before") from error
    return copy


def drop(mail: OutboxMail) -> None:
    """Nobody needs that mail: what is queued is not sent, and what did not arrive is no longer told of.

    Raises:
        CannotResend
    """
    droppable = OutboxMail.objects.filter(pk=mail.pk, state__in=_CAN_BE_DROPPED)
    if not droppable.update(state=MailState.DROPPED, undelivered_since=None, pending_key=None, changed=timezone.now()):
        raise CannotResend(f"mail {mail.pk} was sent")


def address_of(mail: OutboxMail) -> str:
    """The e-mail address that a mail goes to; empty where nobody is there to get it.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    if mail.event == AUTO_REPLY:
        return mail.auto_reply.recipient
    if mail.event == PASSED_ON:
        return passed_on.recipient_of(mail)
    login = mail.customer_login
    if not login and (ticket := get_desk().find_ticket(mail.ticket_number)):
        login = ticket.customer_login
    user = directory.find_by_login(login) if login else None
    return user.email if user else ""


def _queue(mail: OutboxMail, run_after: datetime | None) -> None:
    if run_after is None:
        outbox.queue([mail])
        return
    mail.save(force_insert=True)
    deliver.using(run_after=run_after).enqueue(mail.pk)


def _hasten(mail: OutboxMail) -> None:
    """Have the task that delivers a mail run now; whoever runs it already is left alone."""
    waiting = DBTaskResult.objects.filter(
        task_path=deliver.module_path, status=TaskResultStatus.READY, run_after__gt=timezone.now()
    )
    keys = [row.pk for row in waiting.only("args_kwargs").iterator() if row.args_kwargs["args"] == [mail.pk]]
    DBTaskResult.objects.filter(pk__in=keys, status=TaskResultStatus.READY).update(
        run_after=timezone.now() - timedelta(seconds=1)
    )
