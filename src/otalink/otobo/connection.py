"""OTOBO's database: a connection for each thread, beside Django's own, that only reads.

It is none of Django's `DATABASES`: nothing is migrated there, and no transaction of ours is ever open on it. OTOBO
itself works without transactions, so each SELECT sees what is there at that moment.
"""

from __future__ import annotations

import time
from collections.abc import Sized
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from otalink.common.foreign_database import given_up_after
from otalink.desk.port import DeskUnavailable

# How many values one statement may carry.
CHUNK = 1_000
# Seconds until a statement that is not answered is given up.
_SECONDS = 10
# Seconds: a statement that failed after a longer wait is not tried again.
_AT_ONCE = 1.0

_handlers: dict[int, tuple[object, ConnectionHandler]] = {}


def fetch(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of one SELECT, with `%s` for each value.

    A connection that was lost since it was used last, as when the server was restarted, is made anew once.

    Raises:
        DeskUnavailable: the database does not answer, or refuses.
    """
    connection = _connection()
    started, was_open = time.monotonic(), connection.connection is not None
    try:
        return _rows(connection, sql, values)
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        is_lost = isinstance(error, OperationalError | InterfaceError) and was_open
        if not is_lost or time.monotonic() - started > _AT_ONCE:
            raise _unavailable(error) from error
    try:
        return _rows(connection, sql, values)
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        raise _unavailable(error) from error


def marks(values: Sized) -> str:
    """As many `%s` as there are values."""
    return ", ".join(["%s"] * len(values))


def vendor() -> str:
    """`mysql` or `postgresql`."""
    return str(_connection().vendor)


def close() -> None:
    """End this thread's connection."""
    for _, handler in _handlers.values():
        handler.close_all()


def _connection() -> BaseDatabaseWrapper:
    configured = settings.OTALINK_OTOBO_DATABASE
    # A process has one, and a test another one.
    known = _handlers.get(id(configured))
    if known is None or known[0] is not configured:
        if not configured:
            raise DeskUnavailable("no database of OTOBO is configured")
        known = _handlers[id(configured)] = (configured, ConnectionHandler({"default": dict(configured)}))
    return known[1]["default"]


def _rows(connection: BaseDatabaseWrapper, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor, given_up_after(_SECONDS, connection):
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _unavailable(error: Exception) -> DeskUnavailable:
    return DeskUnavailable(f"OTOBO's database cannot be asked: {' '.join(str(error).split())}")
