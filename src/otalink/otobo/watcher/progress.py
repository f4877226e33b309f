"""Whether the watcher has come as far as a ticket."""

from __future__ import annotations

from otalink.otobo.models import Arrival, MirrorEntry, WatcherPosition
from otalink.otobo.reading import history


def is_undecided(ticket_id: int) -> bool:
    """Whether somebody may still become a customer user by what is on a ticket.

    Raises:
        DeskUnavailable
    """
    if Arrival.objects.filter(ticket_id=ticket_id, looked_at=None).exists():
        return True
    position = WatcherPosition.objects.values_list("history_id", flat=True).first()
    if position is None or MirrorEntry.objects.filter(ticket_id=ticket_id).exists():
        return False
    first = history.first_message(ticket_id)
    return first is not None and first > position
