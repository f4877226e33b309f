"""The DNS as the checks of one mail see it: each answer once, and all of them within one short time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from otalink.postmaster.authentication import resolver
from otalink.postmaster.authentication.answers import Answer, DnsUnavailable, Question

# Asks for a name and a type, for so many seconds at most; raises DnsUnavailable.
type Resolve = Callable[[str, str, float], Answer]

SECONDS = 5.0
_LONGEST = 3.0
# No honest mail needs more.
MAX_LOOKUPS = 60


class Lookups:
    """Lookups that belong together; they share one deadline, so that a mail is never held up for long."""

    def __init__(self, resolve: Resolve | None = None, seconds: float = SECONDS) -> None:
        self._resolve = resolve or resolver.current().ask
        self._deadline = time.monotonic() + seconds
        # What got no answer gets none later in the same mail, which would only wait for it again.
        self._known: dict[Question, Answer | DnsUnavailable] = {}

    def find(self, name: str, kind: str) -> list[Any]:
        """The records of a name, of kind TXT, A, AAAA, MX or PTR; empty where there are none.

        Raises:
            DnsUnavailable: no answer, or the time is over.
        """
        return list(self._answer(name, kind).records)

    def exists(self, name: str) -> bool:
        """Whether there is such a name, or any below it.

        Raises:
            DnsUnavailable: no answer, or the time is over.
        """
        return self._answer(name, "A").exists

    def _answer(self, name: str, kind: str) -> Answer:
        question = (name.rstrip(".").lower(), kind)
        if question not in self._known:
            self._known[question] = self._asked(question)
        answer = self._known[question]
        if isinstance(answer, DnsUnavailable):
            raise DnsUnavailable(str(answer))
        return answer

    def _asked(self, question: Question) -> Answer | DnsUnavailable:
        left = self._deadline - time.monotonic()
        if left <= 0 or len(self._known) >= MAX_LOOKUPS:
            raise DnsUnavailable("the time for lookups is over")
        try:
            return self._resolve(*question, min(left, _LONGEST))
        except DnsUnavailable as error:
            return error
