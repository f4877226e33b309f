"""A directory over connections that are opened when needed, kept, used again by any thread, given up when they fail.

Whatever keeps the directory from answering becomes `BackendUnavailable`: nobody is unknown because a server is down.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ldap3
import structlog
from ldap3.core.exceptions import LDAPExceptionError

from otalink.customers.backends.ldap.config import LdapConfig
from otalink.customers.backends.ldap.connection import close, connect, has_news, told
from otalink.customers.types import BackendReadOnly, BackendUnavailable, CustomerUserExists, CustomerUserUnknown

# After a failure nobody waits for the directory for so long: each would wait out the whole timeout, some of them
# within a database transaction.
REST_SECONDS = 3.0
# Firewalls forget connections that rest longer, and say nothing.
IDLE_SECONDS = 60.0
MAX_IDLE = 8

_PAGING = "1.2.840.113556.1.4.319"
# What a server answers to a bind it refuses; anything else says nothing about the password.
_REFUSED_BINDS = {19, 32, 34, 48, 49, 50, 53}
# An entry that is not taken: by a server that only reads (it refers to another), by right, by schema, by syntax.
_REFUSED_WRITES = {10, 16, 17, 19, 21, 50, 53, 64, 65, 69}
_SUCCESS, _NO_SUCH_ENTRY, _ENTRY_EXISTS = 0, 32, 68

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Entry:
    """What the directory holds of a person; the names of attributes are in lower case."""

    dn: str
    values: Mapping[str, tuple[str, ...]]

    def all(self, attribute: str) -> tuple[str, ...]:
        """The values of an attribute."""
        return self.values.get(attribute.lower(), ())

    def folded(self, attribute: str) -> set[str]:
        """Its values in lower case."""
        return {value.lower() for value in self.all(attribute)}

    def first(self, attribute: str) -> str:
        """Its first value, or ""."""
        return next(iter(self.all(attribute)), "")


class _Down(Exception):
    """The directory lets us not in."""


class Directory:
    """One directory, on the first of its servers that answers. May be used by any thread."""

    def __init__(self, config: LdapConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._idle: list[tuple[float, ldap3.Connection]] = []
        self._rests_until, self._fault = 0.0, ""

    def search[T](self, condition: str, attributes: list[str], take: Callable[[Entry], T | None]) -> list[T]:
        """What `take` makes of all entries that meet the condition and the configured filter; None is left out.

        Raises:
            BackendUnavailable
        """

        def all_pages(connection: ldap3.Connection) -> list[T]:
            entries = self._pages(connection, condition, attributes)
            return [taken for entry in entries if (taken := take(entry)) is not None]

        return self._with_connection(all_pages)

    def _pages(self, connection: ldap3.Connection, condition: str, attributes: list[str]) -> Iterator[Entry]:
        cookie: bytes | None = None
        while cookie is None or cookie:
            connection.search(
                self._config.base_dn,
                f"(&{self._config.filter}{condition})",
                attributes=attributes,
                paged_size=self._config.page_size,
                paged_cookie=cookie,
            )
            if connection.result["result"] != _SUCCESS:
                raise BackendUnavailable(f"the directory does not search {self._config.base_dn!r}: {told(connection)}")
            yield from (_entry(found) for found in connection.response or [] if found["type"] == "searchResEntry")
            control = connection.result.get("controls", {}).get(_PAGING, {"value": {"cookie": b""}})
            cookie = control["value"]["cookie"]

    def add(self, dn: str, attributes: Mapping[str, Any]) -> None:
        """Add an entry.

        Raises:
            BackendReadOnly: the server refuses it.
            CustomerUserExists, BackendUnavailable
        """
        self._with_connection(lambda connection: _written(connection, connection.add(dn, attributes=dict(attributes))))

    def replace(self, dn: str, attribute: str, value: str) -> None:
        """Give an attribute one value instead of those it has.

        Raises:
            BackendReadOnly: the server refuses it.
            CustomerUserUnknown: no such entry.
            BackendUnavailable
        """
        change = {attribute: [(ldap3.MODIFY_REPLACE, [value])]}
        self._with_connection(lambda connection: _written(connection, connection.modify(dn, change)))

    def delete(self, dn: str) -> None:
        """Delete an entry.

        Raises:
            BackendReadOnly: the server refuses it.
            CustomerUserUnknown: no such entry.
            BackendUnavailable
        """
        self._with_connection(lambda connection: _written(connection, connection.delete(dn)))

    def accepts(self, dn: str, password: str) -> bool:
        """Whether the directory lets the owner of `dn` in with that password, which must not be empty.

        Raises:
            BackendUnavailable
        """
        with self._failures():
            connection = connect(self._config, dn, password)
            code = connection.result["result"]
            connection.unbind()
        if code not in {_SUCCESS, *_REFUSED_BINDS}:
            raise BackendUnavailable(f"the directory checks no password: {told(connection)}")
        return bool(code == _SUCCESS)

    def close(self) -> None:
        """Give up the connections that are kept; the next call opens one."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            close(connection)

    def _with_connection[T](self, work: Callable[[ldap3.Connection], T]) -> T:
        with self._failures():
            connection = self._borrow() or self._open()
            try:
                found = work(connection)
            except LDAPExceptionError:
                close(connection)
                raise
            except Exception:
                self._give_back(connection)
                raise
            self._give_back(connection)
            return found

    @contextmanager
    def _failures(self) -> Iterator[None]:
        if time.monotonic() < self._rests_until:
            raise BackendUnavailable(f"the directory did not answer a moment ago: {self._fault}")
        try:
            yield
        except (LDAPExceptionError, OSError, _Down) as error:
            self._rests_until, self._fault = time.monotonic() + REST_SECONDS, str(error)
            log.warning(
                "the directory does not answer", urls=self._config.urls, error=f"{type(error).__name__}: {error}"
            )
            raise BackendUnavailable(f"the directory does not answer: {error}") from error

    def _borrow(self) -> ldap3.Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                since, connection = self._idle.pop()
            if time.monotonic() - since < IDLE_SECONDS and not has_news(connection):
                return connection
            close(connection)

    def _give_back(self, connection: ldap3.Connection) -> None:
        with self._lock:
            if len(self._idle) < MAX_IDLE:
                self._idle.append((time.monotonic(), connection))
                return
        close(connection)

    def _open(self) -> ldap3.Connection:
        connection = connect(self._config, self._config.bind_dn, self._config.bind_password)
        if connection.result["result"] == _SUCCESS:
            return connection
        close(connection)
        # A password that is wrong is not tried for every mail, which would lock its account.
        raise _Down(f"it refuses {self._config.bind_dn or 'an anonymous bind'!r}: {told(connection)}")


def _entry(found: Mapping[str, Any]) -> Entry:
    values = found["raw_attributes"].items()
    return Entry(
        found["dn"],
        {name.lower(): tuple(value.decode("utf-8", "replace").strip() for value in held) for name, held in values},
    )


def _written(connection: ldap3.Connection, done: object) -> None:
    code = connection.result["result"]
    if code == _ENTRY_EXISTS:
        raise CustomerUserExists("the directory has such an entry")
    if code == _NO_SUCH_ENTRY and connection.result["type"] != "addResponse":
        raise CustomerUserUnknown("the directory has no such entry any more")
    if code in _REFUSED_WRITES:
        raise BackendReadOnly(f"the directory takes no such change: {told(connection)}")
    if not done:
        raise BackendUnavailable(f"the directory cannot be written: {told(connection)}")
