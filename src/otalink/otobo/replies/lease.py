"""Which process files a reply now: one at a time, by a conditional UPDATE that changes one row or none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from otalink.common import retry
from otalink.otobo.models import QueuedReply, ReplyState

# A process that was killed holds its reply up for so long; one that lives renews what it has.
DURATION = timedelta(seconds=20)


class LeaseLost(Exception):
    """Another process has taken the reply over."""


def due(limit: int) -> list[int]:
    """The ids of replies to file now; those of one ticket one after the other, in the order they were written."""
    earlier = QueuedReply.objects.filter(
        ticket_number=OuterRef("ticket_number"), state=ReplyState.WAITING, pk__lt=OuterRef("pk")
    )
    rows = _free().filter(next_try__lte=timezone.now()).filter(~Exists(earlier))
    return list(rows.order_by("next_try", "pk").values_list("pk", flat=True)[:limit])


def take(reply_id: int, owner: str) -> QueuedReply | None:
    """The reply with the right to file it; None where another process has it."""
    taken = _free().filter(pk=reply_id).update(owner=owner, lease_until=timezone.now() + DURATION)
    return QueuedReply.objects.prefetch_related("files").get(pk=reply_id) if taken else None


def renew(owner: str) -> None:
    """Keep what a process has."""
    now = timezone.now()
    QueuedReply.objects.filter(owner=owner, lease_until__gt=now).update(lease_until=now + DURATION)


def update(reply: QueuedReply, **values: Any) -> None:
    """Write values of a reply that we have.

    Raises:
        LeaseLost: we have it no more; nothing was written.
    """
    mine = QueuedReply.objects.filter(pk=reply.pk, owner=reply.owner, state=ReplyState.WAITING)
    if not mine.filter(lease_until__gt=timezone.now()).update(**values):
        raise LeaseLost
    for name, value in values.items():
        setattr(reply, name, value)


def give_back(reply: QueuedReply, next_try: datetime, **values: Any) -> None:
    """Let others file it, not before `next_try`.

    Raises:
        LeaseLost
    """
    update(reply, next_try=next_try, lease_until=None, **values)


def failed(reply: QueuedReply, error: str, **values: Any) -> None:
    """Let others try again; the pause grows from time to time.

    Raises:
        LeaseLost
    """
    attempts = reply.attempts + 1
    pause = retry.REPLIES.delay_after(attempts)
    give_back(reply, timezone.now() + pause, attempts=attempts, last_error=error[:500], **values)


def _free() -> QuerySet[QueuedReply]:
    nobodys = Q(lease_until=None) | Q(lease_until__lte=timezone.now())
    return QueuedReply.objects.filter(nobodys, state=ReplyState.WAITING)
