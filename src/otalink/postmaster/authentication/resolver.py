"""Asks the name servers, remembers what they said, and waits for none of them while none answers.

A forger's own name servers may be slow or broken; that says nothing about ours. So after a question that failed, ours
are asked for the root of the DNS, which whoever resolves names knows. Only where none of them answers that, nobody asks
for a minute: neither in this process nor, by a file in the data folder, in those that start for one mail each.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.resolver
import structlog
from django.conf import settings

from otalink.postmaster.authentication import name_servers
from otalink.postmaster.authentication.answers import Answer, AnswerCache, DnsUnavailable

SILENCE = 60.0
# For one server to say that it is there.
_SECONDS_TO_ANSWER = 1.0
# A key of 2,048 bits fits, without a second question over TCP; what would be cut up on the way does not.
_UDP_SIZE = 1_232
_NOTICE = "no-name-server"
_log = structlog.get_logger("otalink.postmaster.authentication")

_READ: dict[str, Callable[[Any], Any]] = {
    "TXT": lambda record: b"".join(record.strings),
    "A": lambda record: record.address,
    "AAAA": lambda record: record.address,
    "MX": lambda record: (record.preference, record.exchange.to_text(omit_final_dot=True)),
    "PTR": lambda record: record.target.to_text(omit_final_dot=True),
}


class Resolver:
    """Some name servers, what they said, and whether any of them answers; safe for threads."""

    def __init__(self, servers: str, data: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._servers, self._notice, self._clock = servers, data / _NOTICE, clock
        self._cache = AnswerCache(clock=clock)
        self._lock = threading.Lock()
        self._dns: dns.resolver.Resolver | None = None
        self._look_at = clock()

    def ask(self, name: str, kind: str, seconds: float) -> Answer:
        """The records of a name, of kind TXT, A, AAAA, MX or PTR.

        Raises:
            DnsUnavailable: no answer within that time.
        """
        if known := self._cache.get((name, kind)):
            return known
        with self._lock:
            if self._clock() >= self._look_at:
                self._look(elsewhere=True)
            asked = self._dns
        if asked is None:
            raise DnsUnavailable("no name server answers")
        answer = self._resolved(asked, name, kind, seconds)
        self._cache.keep((name, kind), answer)
        return answer

    @property
    def is_silent(self) -> bool:
        """Whether none answered when somebody last looked."""
        return self._dns is None

    def answering(self) -> str:
        """The IP of a name server that answers at this moment; empty where none does."""
        found = _working(self._servers)
        return _told(found.nameservers[0]) if found else ""

    def _resolved(self, asked: dns.resolver.Resolver, name: str, kind: str, seconds: float) -> Answer:
        try:
            whole = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):
            return Answer(exists=False)
        try:
            found = asked.resolve(whole, kind, lifetime=seconds, search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN as error:
            return Answer(exists=False, seconds=_seconds(error, whole))
        except dns.exception.DNSException as error:
            with self._lock:
                if self._dns is asked:  # else somebody looked since
                    self._look(elsewhere=False)
            raise DnsUnavailable(f"{type(error).__name__}: {error}") from error
        records = tuple(_READ[kind](record) for record in found)
        return Answer(records, seconds=float(found.chaining_result.minimum_ttl))

    def _look(self, *, elsewhere: bool) -> None:
        """Find out who answers; `elsewhere` is whether what other processes found out is good enough."""
        left = self._noticed() if elsewhere else 0.0
        self._dns = None if left else _working(self._servers)
        self._look_at = float("inf") if self._dns else self._clock() + (left or SILENCE)
        with contextlib.suppress(OSError):
            if self._dns:
                self._notice.unlink(missing_ok=True)
            elif not left:
                self._notice.write_text(self._servers, encoding="utf-8")
                _log.warning("no name server answers; for a minute no mail waits for one", servers=self._servers)

    def _noticed(self) -> float:
        """For how many seconds there is no need to look, since another process just did."""
        try:
            if self._notice.read_text(encoding="utf-8") != self._servers:
                return 0.0
            left = SILENCE - (time.time() - self._notice.stat().st_mtime)
        except OSError:
            return 0.0
        return left if 0 < left <= SILENCE else 0.0


def _working(servers: str) -> dns.resolver.Resolver | None:
    """What asks these servers, one that answers first; None where none does."""
    try:
        ready = _configured(servers)
    except dns.resolver.NoResolverConfiguration:
        return None
    every = tuple(ready.nameservers)
    for server in every:
        ready.nameservers = [server]
        if _is_there(ready):
            ready.nameservers = [server, *(other for other in every if other is not server)]
            return ready
    return None


def _configured(servers: str) -> dns.resolver.Resolver:
    ready = dns.resolver.Resolver(configure=servers == name_servers.SYSTEM)
    found = name_servers.parse(servers) or tuple((str(server), ready.port) for server in ready.nameservers)
    ready.nameservers = [dns.nameserver.Do53Nameserver(ip, port) for ip, port in found]
    ready.timeout = _SECONDS_TO_ANSWER
    ready.use_edns(0, 0, _UDP_SIZE)
    return ready


def _told(server: str | dns.nameserver.Nameserver) -> str:
    return server if isinstance(server, str) else server.answer_nameserver()


def _is_there(ready: dns.resolver.Resolver) -> bool:
    try:
        ready.resolve(dns.name.root, "NS", lifetime=_SECONDS_TO_ANSWER, search=False, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return True
    except dns.exception.DNSException:
        return False
    return True


def _seconds(error: dns.resolver.NXDOMAIN, name: dns.name.Name) -> float:
    response = error.responses().get(name)  # type: ignore[no-untyped-call]
    return float(response.resolve_chaining().minimum_ttl) if isinstance(response, dns.message.QueryMessage) else 0.0


@lru_cache(maxsize=1)
def of(servers: str, data: Path) -> Resolver:
    """The one of this process for these name servers, with its notice in that folder."""
    return Resolver(servers, data)


def current() -> Resolver:
    """The one for the name servers that the boot configuration names."""
    return of(settings.OTALINK_RESOLVER, settings.OTALINK_DATA)
