"""A value that everybody asks for and hardly anybody changes: read from the database once in a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db.models import Model
from django.db.models.signals import post_delete, post_save

# Other processes see a change after this many seconds; the process that made it, at once.
CACHE_SECONDS = 2.0


class ShortCache[T]:
    """What `read` returned last, at most `CACHE_SECONDS` old; a row of `model` that this process changes ends it."""

    def __init__(self, read: Callable[[], T], model: type[Model]) -> None:
        self._read = read
        self._kept: tuple[float, T] | None = None
        post_save.connect(self.forget, sender=model)
        post_delete.connect(self.forget, sender=model)

    def get(self) -> T:
        """The value; whoever gets it leaves it as it is."""
        now, kept = time.monotonic(), self._kept
        if kept is None or now - kept[0] > CACHE_SECONDS:
            kept = self._kept = (now, self._read())
        return kept[1]

    def forget(self, **_: object) -> None:
        """Read anew at the next look."""
        self._kept = None
