"""The outbox: what is queued here in a transaction is sent exactly when that transaction commits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from otalink.notifications.deliver import deliver
from otalink.notifications.models import AUTO_REPLY, MailState, NotificationEvent, OutboxMail

# How many message ids of a mail's References are looked up: enough for any thread, and one short statement.
_MOST_IDS = 100


def draft(
    event: str,
    ticket_number: str = "",
    *,
    customer_login: str = "",
    participant: str = "",
    article_id: int | None = None,
    history_id: int | None = None,
) -> OutboxMail:
    """A mail that is not queued yet, of a `NotificationEvent` or an `AUTO_REPLY`, which has no ticket.

    It goes to `customer_login`, who is a `participant` if named there; neither named means the ticket's customer at
    the time it leaves.
    """
    now = timezone.now()
    is_refresh = event is NotificationEvent.LINK_REFRESHED
    return OutboxMail(
        event=event,
        ticket_number=ticket_number,
        customer_login=customer_login or participant,
        participant=participant,
        article_id=article_id,
        history_id=history_id,
        pending_key=_pending_key(ticket_number, customer_login) if is_refresh else None,
        message_id=f"{uuid.uuid4().hex}@{urlsplit(settings.OTALINK_BASE_URL).hostname}",
        created=now,
        changed=now,
    )


@transaction.atomic
def queue(mails: Sequence[OutboxMail]) -> None:
    """Keep these drafts and have each delivered by the worker.

    Raises:
        IntegrityError: one of them is queued already; none was queued.
    """
    for mail in OutboxMail.objects.bulk_create(mails):
        deliver.enqueue(mail.pk)


def ticket_of_message_ids(ids: Sequence[str]) -> str:
    """The number of the ticket about which we sent a mail with one of these message ids (no brackets), or ""."""
    wanted = [message_id[:255] for message_id in ids][-_MOST_IDS:]
    if not wanted:
        return ""
    found = dict(_about_tickets().filter(message_id__in=wanted).values_list("message_id", "ticket_number"))
    return next((found[message_id] for message_id in wanted if message_id in found), "")


def find_sent(ids: Sequence[str]) -> OutboxMail | None:
    """The mail of ours about a ticket that has one of these message ids (no brackets)."""
    return _about_tickets().filter(message_id__in=[id_[:255] for id_ in ids][-_MOST_IDS:]).first() if ids else None


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
