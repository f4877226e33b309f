"""Which ids of OTOBO's history were seen, and which may still come.

OTOBO's database gives an id out when an INSERT begins. One that waits for a lock is seen late, after higher ones; one
that fails leaves a gap for ever, and some databases leave gaps by design. So what lies beyond a gap is read at once,
and the gap is looked into until our own clock has seen it for longer than anything waits for a lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from otalink.otobo import facts

# Seconds, of our own clock.
PATIENCE = facts.LOCK_WAIT + 15.0


@dataclass(frozen=True)
class Gap:
    """The ids from `first` to `last`, not seen when one beyond them was, at `since` on the monotonic clock."""

    first: int
    last: int
    since: float


class Window:
    """Ids up to `high` were seen, but for the gaps."""

    def __init__(self, low: int) -> None:
        self.high = low
        self.gaps: list[Gap] = []

    @property
    def settled(self) -> int:
        """Up to this id nothing is left to come."""
        return self.gaps[0].first - 1 if self.gaps else self.high

    def saw(self, ids: Iterable[int], now: float) -> None:
        """Take note of ids that are there, in any order."""
        for id_ in sorted(ids):
            if id_ > self.high:
                if id_ > self.high + 1:
                    self.gaps.append(Gap(self.high + 1, id_ - 1, now))
                self.high = id_
            else:
                self.gaps = [part for gap in self.gaps for part in _without(gap, id_)]

    def missing(self, ids: Iterable[int]) -> list[int]:
        """Those of these ids that were not seen yet."""
        return [id_ for id_ in ids if any(gap.first <= id_ <= gap.last for gap in self.gaps)]

    def give_up(self, now: float) -> None:
        """Wait no more for what did not come in all that time."""
        self.gaps = [gap for gap in self.gaps if now - gap.since <= PATIENCE]


def _without(gap: Gap, id_: int) -> list[Gap]:
    if not gap.first <= id_ <= gap.last:
        return [gap]
    parts = (replace(gap, last=id_ - 1), replace(gap, first=id_ + 1))
    return [part for part in parts if part.first <= part.last]
