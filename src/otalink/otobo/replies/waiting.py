"""Replies that OTOBO does not take, for an operator: each is tried again until somebody has put it right."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from otalink.otobo.models import QueuedReply, ReplyState

# OTOBO may be restarted, or its agent's password be changed, in less time than these take.
_TOLD_AFTER = 3
_MOST = 200


def problems() -> list[str]:
    """What keeps replies waiting, a line for each reason."""
    waiting = QueuedReply.objects.filter(state=ReplyState.WAITING, attempts__gte=_TOLD_AFTER)
    rows = waiting.order_by("last_error", "pk")[:_MOST]
    return [_line(reason, list(replies)) for reason, replies in groupby(rows, lambda reply: reply.last_error)]


def _line(reason: str, replies: Iterable[QueuedReply]) -> str:
    first, *others = replies
    more = f" and {len(others)} more" if others else ""
    return (
        f"what was written on ticket {first.ticket_number}{more} waits for OTOBO since {first.created:%Y-%m-%d %H:%M} "
        f"UTC: {reason}"
    )
