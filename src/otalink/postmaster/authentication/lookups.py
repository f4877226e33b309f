"""The DNS as the checks of one mail see it: each answer once, and all of them within one short time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import dns.exception
import dns.name
import dns.resolver

# What a lookup gives: texts as bytes, addresses and names as text, mail servers with their preference.
type Resolve = Callable[[str, str, float], list[Any]]

SECONDS = 5.0
_LONGEST = 3.0
_NO_NAMES = (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.BadEscape, UnicodeError)
# No honest mail needs more.
_MAX_LOOKUPS = 60


class DnsUnavailable(Exception):
    """There is no answer now; the same question may get one later."""


def resolve(name: str, kind: str, seconds: float) -> list[Any]:
    """Ask the system's name servers; empty where there is no such name or record.

    Raises:
        DnsUnavailable
    """
    try:
        answers = dns.resolver.resolve(name, kind, lifetime=seconds, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, *_NO_NAMES):
        return []
    except dns.exception.DNSException as error:
        raise DnsUnavailable(f"{type(error).__name__}: {error}") from error
    return [_READ[kind](record) for record in answers]


_READ: dict[str, Callable[[Any], Any]] = {
    "TXT": lambda record: b"".join(record.strings),
    "A": lambda record: record.address,
    "AAAA": lambda record: record.address,
    "MX": lambda record: (record.preference, record.exchange.to_text(omit_final_dot=True)),
    "PTR": lambda record: record.target.to_text(omit_final_dot=True),
}


class Lookups:
    """Lookups that belong together; they share one deadline, so that a mail is never held up for long."""

    def __init__(self, resolver: Resolve | None = None, seconds: float = SECONDS) -> None:
        self._resolve = resolver or resolve
        self._deadline = time.monotonic() + seconds
        self._known: dict[tuple[str, str], list[Any]] = {}

    def find(self, name: str, kind: str) -> list[Any]:
        """The records of a name, of kind TXT, A, AAAA, MX or PTR; empty where there are none.

        Raises:
            DnsUnavailable: no answer, or the time is over.
        """
        key = (name.rstrip(".").lower(), kind)
        if key not in self._known:
            left = self._deadline - time.monotonic()
            if left <= 0 or len(self._known) >= _MAX_LOOKUPS:
                raise DnsUnavailable("the time for lookups is over")
            self._known[key] = self._resolve(key[0], kind, min(left, _LONGEST))
        return self._known[key]
