"""The watcher, driven round by round."""

from __future__ import annotations

from otalink.desk.types import HistoryType
from otalink.otobo.models import MirrorEntry, WatcherPosition
from otalink.otobo.watcher.rounds import Rounds


class Watching:
    """A watcher that has begun; `look` lets it see what is there now."""

    def __init__(self) -> None:
        self.rounds = Rounds(look_back=0.0)
        self.look()

    def look(self) -> None:
        """Rounds until nothing is left to do."""
        while self.rounds.work():
            pass


def steps(number: str = "") -> list[HistoryType]:
    """What the mirror says, of one ticket or of all."""
    entries = MirrorEntry.objects.order_by("pk")
    found = entries.filter(ticket_number=number) if number else entries
    return [HistoryType(type_) for type_ in found.values_list("type", flat=True)]


def position() -> int | None:
    """How far OTOBO's history was read."""
    return WatcherPosition.objects.values_list("history_id", flat=True).get()
