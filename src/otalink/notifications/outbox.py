"""The outbox: what is queued here in a transaction is sent exactly when that transaction commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from otalink.notifications import message_ids
from otalink.notifications.deliver import deliver
from otalink.notifications.models import AUTO_REPLY, MailState, NotificationEvent, OutboxMail
from otalink.notifications.passed_on import copies as passed_on

# What mail that is not proven made us write waits while there is other mail: a flood of it delays nobody else.
UNASKED = -10
_MOST_IDS = message_ids.MOST


def draft(
    event: str,
    ticket_number: str = "",
    *,
    customer_login: str = "",
    participant: str = "",
    article_id: int | None = None,
    history_id: int | None = None,
    can_repeat: bool = False,
) -> OutboxMail:
    """A mail that is not queued yet, of a `NotificationEvent` or an `AUTO_REPLY`, which has no ticket.

    It goes to `customer_login`, who is a `participant` if named there; neither named means the ticket's customer at
    the time it leaves. With `can_repeat` another fresh link may be on its way to them.
    """
    now = timezone.now()
    is_refresh = event == NotificationEvent.LINK_REFRESHED and not can_repeat
    return OutboxMail(
        event=event,
        ticket_number=ticket_number,
        customer_login=customer_login or participant,
        participant=participant,
        article_id=article_id,
        history_id=history_id,
        pending_key=_pending_key(ticket_number, customer_login) if is_refresh else None,
        message_id=message_ids.new(),
        created=now,
        changed=now,
    )


@transaction.atomic
def queue(mails: Sequence[OutboxMail], priority_of: Callable[[OutboxMail], int] = lambda _: 0) -> None:
    """Keep these drafts and have each delivered by the worker, those of a higher priority first.

    Raises:
        IntegrityError: one of them is queued already; none was queued.
    """
    kept = OutboxMail.objects.bulk_create(mails)
    DBTaskResult.objects.bulk_create([_delivery(mail, priority_of(mail)) for mail in kept])


@transaction.atomic
def pass_on(raw: bytes, sender: str, recipients: Sequence[str]) -> int:
    """Take over a mail that another system wrote, and have a copy delivered to each of these; to how many.

    Once this returns, it is not lost. What was taken over before is not sent again. `sender` is told what does not
    arrive, unless it is empty.

    Raises:
        OSError, DatabaseError: it was not taken over.
    """
    mails = passed_on.store(raw, sender, recipients)
    DBTaskResult.objects.bulk_create([_delivery(mail, 0) for mail in mails])
    return len(mails)


def _delivery(mail: OutboxMail, priority: int) -> DBTaskResult[..., Any]:
    # What `deliver.enqueue` keeps; it takes a statement for each, and as long as all else about a mail's queueing.
    return DBTaskResult(
        args_kwargs={"args": [mail.pk], "kwargs": {}},
        priority=priority,
        task_path=deliver.module_path,
        queue_name=deliver.queue_name,
        backend_name=deliver.backend,
        run_after=get_date_max(),
    )


def ticket_of_message_ids(ids: Sequence[str]) -> str:
    """The number of the ticket about which we sent a mail with one of these message ids (no brackets), or ""."""
    wanted = [message_id[:255] for message_id in ids][-_MOST_IDS:]
    if not wanted:
        return ""
    found = dict(_about_tickets().filter(message_id__in=wanted).values_list("message_id", "ticket_number"))
    return next((found[message_id] for message_id in wanted if message_id in found), "")


def readers_of(ids: Sequence[str], ticket_number: str) -> set[str]:
    """The logins, in lower case, to whom we sent mails about that ticket with these message ids."""
    if not ids:
        return set()
    sent = _about_tickets().filter(message_id__in=list(ids)[-_MOST_IDS:], ticket_number=ticket_number)
    return {login.lower() for login in sent.values_list("customer_login", flat=True) if login}


def find_sent(ids: Sequence[str]) -> OutboxMail | None:
    """The mail of ours about a ticket that has the first of these message ids (no brackets) which is ours."""
    wanted = [id_[:255] for id_ in ids][:_MOST_IDS]
    found = {mail.message_id: mail for mail in _about_tickets().filter(message_id__in=wanted)} if wanted else {}
    return next((found[id_] for id_ in wanted if id_ in found), None)


def is_newest(mail: OutboxMail) -> bool:
    """Whether no later mail about the ticket went to the reader of this one."""
    same = OutboxMail.objects.filter(ticket_number=mail.ticket_number, customer_login=mail.customer_login)
    return mail.sent_at is not None and not same.filter(sent_at__gt=mail.sent_at).exists()


def has_queued_refresh(ticket_number: str, customer_login: str) -> bool:
    """Whether a mail with a fresh link is on its way to that customer user."""
    key = _pending_key(ticket_number, customer_login)
    return OutboxMail.objects.filter(pending_key=key, state=MailState.QUEUED).exists()


def _about_tickets() -> QuerySet[OutboxMail]:
    return OutboxMail.objects.exclude(event=AUTO_REPLY)


def _pending_key(ticket_number: str, customer_login: str) -> str:
    return f"{ticket_number} {customer_login}"
