"""Asking a database that is not ours: never longer than agreed, and with the errors of a backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, DataError, InterfaceError, connections

from otalink.common.foreign_database import given_up_after
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
        with connection.cursor() as cursor, given_up_after(seconds, connection):
            yield cursor
    except DataError as error:
        raise BackendReadOnly(f"the table takes no such value: {error}") from error
    except (DatabaseError, InterfaceError) as error:
        connection.close_if_unusable_or_obsolete()
        raise BackendUnavailable(f"the backend {name!r} cannot be asked: {error}") from error
