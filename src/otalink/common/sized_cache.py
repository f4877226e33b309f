"""A cache for what takes long to make and is the same for everybody who asks: bounded by the memory it takes."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class SizedCache:
    """Texts by key; beyond `limit` bytes those that nobody asked for the longest go. Threads may share it."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """The text of that key, made if it is not at hand; what is made at the same moment is made twice."""
        with self._lock:
            if (known := self._texts.get(key)) is not None:
                self._texts.move_to_end(key)
                return known
        text = make()
        with self._lock:
            if key not in self._texts:
                self._texts[key] = text
                self._size += sys.getsizeof(text)
            while self._size > self._limit:
                self._size -= sys.getsizeof(self._texts.popitem(last=False)[1])
        return text
