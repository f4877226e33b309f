"""Outgoing mail that went some way."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from otalink.desk.types import SenderType
from otalink.minidesk.desk import MiniDesk
from otalink.notifications import outbox
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from tests.support import make
from tests.support.make import ANN


def answer(number: str, text: str = "Pull the plug.") -> int:
    """An agent's answer on a ticket; returns the key of its article."""
    return MiniDesk().add_agent_reply(number, make.draft(text, sender_type=SenderType.AGENT)).id


def mail(
    number: str,
    state: MailState = MailState.SENT,
    *,
    event: NotificationEvent = NotificationEvent.AGENT_REPLIED,
    article_id: int | None = None,
    login: str = ANN,
    **values: Any,
) -> OutboxMail:
    """A mail about a ticket in that state, as the worker leaves it."""
    made = outbox.draft(event, number, customer_login=login, article_id=article_id)
    with transaction.atomic():
        outbox.queue([made])
    now = timezone.now()
    if state is MailState.SENT:
        values = {"sent_at": now, "attempts": 1, **values}
    elif state is not MailState.QUEUED:
        values = {"undelivered_since": now, "last_error": "550 5.1.1 no such user", "attempts": 1, **values}
    OutboxMail.objects.filter(pk=made.pk).update(state=state, **values)
    made.refresh_from_db()
    return made
