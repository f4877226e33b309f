"""Asking a database that is not ours: never longer than agreed, and with the errors of a backend."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, DataError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from otalink.customers.types import BackendReadOnly, BackendUnavailable


@contextmanager
def asking(name: str, seconds: int) -> Iterator[Any]:
    """A cursor on the database of the backend of that name; a frozen server is given up after so many seconds.

    Raises:
        BackendReadOnly: the table does not take a value.
        BackendUnavailable: whatever else keeps the database from answering; a table that cannot be asked makes nobody
            unknown.
    """
    connection = connections[name]
    try:
        with connection.cursor() as cursor, _given_up_after(seconds, connection):
            yield cursor
    except DataError as error:
        raise BackendReadOnly(f"the table takes no such value: {error}") from error
    except (DatabaseError, InterfaceError) as error:
        connection.close_if_unusable_or_obsolete()
        raise BackendUnavailable(f"the backend {name!r} cannot be asked: {error}") from error


@contextmanager
def _given_up_after(seconds: int, connection: BaseDatabaseWrapper) -> Iterator[None]:
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
