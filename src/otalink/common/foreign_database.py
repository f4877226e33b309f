"""Databases that are not ours: asked for never longer than agreed, whatever kind they are."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def options(kind: str, seconds: int) -> dict[str, Any]:
    """What a driver is told, by the scheme of the database's URL, so that nothing takes longer than `seconds`."""
    return _OPTIONS[kind](seconds)


def _postgresql(seconds: int) -> dict[str, Any]:
    return {
        "connect_timeout": seconds,
        "options": f"-c statement_timeout={seconds * 1000}",
        # A host that has gone says nothing at all.
        "keepalives_idle": seconds,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": seconds * 1000,
    }


def _mysql(seconds: int) -> dict[str, Any]:
    return {
        "connect_timeout": seconds,
        "read_timeout": seconds,
        "write_timeout": seconds,
        "charset": "utf8mb4",
        # Whatever the server's own mode is, no address is cut to what fits.
        "sql_mode": "STRICT_TRANS_TABLES",
    }


_OPTIONS: dict[str, Callable[[int], dict[str, Any]]] = {
    "sqlite": lambda seconds: {"timeout": seconds},
    "postgres": _postgresql,
    "postgresql": _postgresql,
    "mysql": _mysql,
}
KINDS = frozenset(_OPTIONS)


@contextmanager
def given_up_after(seconds: int, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Hang up on a server that is silent for so long while the block asks it."""
    # The other drivers have a timeout of their own; psycopg waits for ever on a server whose machine still answers.
    if connection.vendor != "postgresql":
        yield
        return
    # The server's own limit on statements comes first, and leaves the connection whole.
    timer = threading.Timer(seconds + 1, _hang_up, [connection.connection])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(connection: Any) -> None:
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
