"""What the watcher does again and again: read what is new, look into gaps, decide, and stay the one that does."""

from __future__ import annotations

import time

from django.db import transaction

from otalink.common.owners import new_owner
from otalink.otobo.reading import history
from otalink.otobo.reading.history import HistoryRow
from otalink.otobo.watcher import arrivals, lease, restored
from otalink.otobo.watcher.window import Window

PAGE = 500
# Seconds between two looks into gaps, and at whether ids went back.
LOOK_BACK = 1.0


class Rounds:
    """The work of one watcher; `owner` is its name, `look_back` the seconds between two looks into gaps."""

    def __init__(self, look_back: float = LOOK_BACK) -> None:
        self._look_back_seconds = look_back
        self.owner = new_owner()
        self._window: Window | None = None
        self._renewed = self._looked_back = 0.0
        self._are_waiting = True

    @property
    def is_watching(self) -> bool:
        """Whether this is the watcher."""
        return self._window is not None

    def forget(self) -> None:
        """Begin anew from what is stored: the database was away, or another one watched."""
        self._window = None

    def work(self) -> bool:
        """One round, if this is the watcher; whether there may be more to do at once.

        Raises:
            LeaseLost: another process watches now.
            DeskUnavailable, django.db.Error
        """
        window = self._begin() if self._window is None else self._window
        if window is None:
            return False
        now = time.monotonic()
        rows = history.since(window.high, PAGE)
        if now - self._looked_back >= self._look_back_seconds:
            self._looked_back = now
            window = self._look_back(window)
            rows += self._late(window) if window.gaps else []
        self._store(window, rows, now)
        if self._are_waiting or rows:
            self._are_waiting = arrivals.decide_all(self.owner) > 0
        return len(rows) >= PAGE

    def stop(self) -> None:
        """Let another one watch."""
        if self._window:
            lease.release(self.owner)

    def _begin(self) -> Window | None:
        position = lease.take(self.owner)
        if position is None:
            return None
        start = position.history_id
        if start is None:
            # No mail is sent about what happened before.
            start = history.last_id()
            lease.move(self.owner, start)
        elif restored.is_another(start):
            start = restored.go_back(self.owner)
        self._window, self._renewed = Window(start), time.monotonic()
        self._are_waiting = True
        return self._window

    def _look_back(self, window: Window) -> Window:
        if history.last_id() < window.high:
            window = self._window = Window(restored.go_back(self.owner))
        return window

    def _late(self, window: Window) -> list[HistoryRow]:
        return history.of(window.missing(history.ids_between(window.gaps[0].first, window.gaps[-1].last)))

    def _store(self, window: Window, rows: list[HistoryRow], now: float) -> None:
        before = window.settled
        window.saw([row.id for row in rows], now)
        window.give_up(now)
        if not rows and window.settled == before and now - self._renewed < lease.RENEW_SECONDS:
            return
        try:
            with transaction.atomic():
                lease.move(self.owner, window.settled)
                arrivals.keep(rows)
        except BaseException:
            self.forget()  # what is noted as seen was not kept
            raise
        self._renewed = now
