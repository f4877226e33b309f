"""Answers of the DNS, and a cache of them: positive and negative ones, bounded in number, size and age.

The cache of dnspython keeps whole responses, ten times as large, for as long as whoever made them says.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

type Question = tuple[str, str]

# Some 20 MB at most. What forgers make us ask pushes out what was not asked for longest, never a key in daily use.
_MAX_ANSWERS, _MAX_SIZE = 20_000, 4_000
# A key that was withdrawn is believed for no longer than this, and one that was just published is found after that.
_LONGEST, _LONGEST_EMPTY = 3_600.0, 300.0


class DnsUnavailable(Exception):
    """There is no answer now; the same question may get one later."""


@dataclass(frozen=True)
class Answer:
    """Texts as bytes, addresses and names as text, mail servers with their preference; for how many seconds it holds.

    `exists` is False where there is no such name at all, nor any below it (RFC 8020).
    """

    records: tuple[Any, ...] = ()
    exists: bool = True
    seconds: float = 0.0


class AnswerCache:
    """Remembers answers by name and type; safe for threads."""

    def __init__(self, size: int = _MAX_ANSWERS, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._clock = size, clock
        self._lock = threading.Lock()
        self._known: OrderedDict[Question, tuple[float, Answer]] = OrderedDict()

    def get(self, question: Question) -> Answer | None:
        """The answer, while it holds."""
        with self._lock:
            until, answer = self._known.get(question, (0.0, None))
            if answer is None:
                return None
            if until <= self._clock():
                del self._known[question]
                return None
            self._known.move_to_end(question)
            return answer

    def keep(self, question: Question, answer: Answer) -> None:
        """Remember an answer, unless it is too large or holds for this moment only."""
        seconds = min(answer.seconds, _LONGEST if answer.records else _LONGEST_EMPTY)
        if seconds <= 0 or sum(len(str(record)) for record in answer.records) > _MAX_SIZE:
            return
        with self._lock:
            self._known[question] = (self._clock() + seconds, answer)
            self._known.move_to_end(question)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
