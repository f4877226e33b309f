"""Whether OTOBO sees the customer users that mail makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import dj_database_url
from django.conf import settings
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from otalink.customers.backends.sql.config import SqlConfig
from otalink.customers.types import DEFAULT_BACKEND
from otalink.otobo import facts
from otalink.otobo.setup.grants import SOURCE_COLUMNS, SOURCE_VIEW

_SECONDS = 10
_URL = "OTALINK_OTOBO_SOURCE_URL"
_HELP = "`otalink otobo sql` prints what makes it"
_MAY_INSERT = {
    "postgresql": "SELECT has_column_privilege(%s, %s, 'INSERT')",
    "mysql": "SELECT COUNT(*) > 0 FROM information_schema.column_privileges WHERE table_schema = DATABASE() "
    "AND table_name = %s AND column_name = %s AND privilege_type = 'INSERT'",
}


def problems(notes: list[str]) -> Iterator[str]:
    """What keeps OTOBO from seeing them; what cannot be proven goes into `notes`."""
    config = settings.OTALINK_CUSTOMER_BACKEND_OPTIONS.get(DEFAULT_BACKEND)
    if not isinstance(config, SqlConfig):
        yield from _of_ours(notes)
    elif config.audit and config.writable:
        notes.append(
            "customer users are made in OTOBO's own table: agents see them at once only if OTOBO caches nothing "
            "(`otalink otobo config perl --write`)"
        )
        yield from _unwritable()


def _of_ours(notes: list[str]) -> Iterator[str]:
    if connections["default"].vendor == "sqlite":
        yield "OTALINK_DATABASE_URL: OTOBO cannot read our customer users from SQLite; use PostgreSQL or MariaDB"
        return
    if not settings.OTALINK_OTOBO_SOURCE_URL:
        notes.append(f"{_URL} is not set, so nobody proved that OTOBO may read our customer users")
    yield from _view(connections["default"], "OTALINK_DATABASE_URL")
    if settings.OTALINK_OTOBO_SOURCE_URL:
        config = dj_database_url.parse(settings.OTALINK_OTOBO_SOURCE_URL)
        timeout = {"connect_timeout": _SECONDS}
        handler = ConnectionHandler({"default": {**config, "OPTIONS": timeout}})
        with closing(handler["default"]) as theirs:
            yield from _view(theirs, _URL)


def _view(connection: BaseDatabaseWrapper, name: str) -> Iterator[str]:
    sql = f"SELECT {', '.join(SOURCE_COLUMNS)} FROM {SOURCE_VIEW} WHERE 1 = 0"  # noqa: S608 - names of ours
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    except Error as error:
        yield f"{name}: OTOBO sees no customer user of ours: {' '.join(str(error).split())}; {_HELP}"


def _unwritable() -> Iterator[str]:
    connection = connections[DEFAULT_BACKEND]
    columns = (*facts.CUSTOMER_COLUMNS[1:], *facts.CUSTOMER_AUDIT)
    try:
        refused = [column for column in columns if not _may_insert(connection, column)]
    except Error as error:
        yield f"customer user backend {DEFAULT_BACKEND}: {' '.join(str(error).split())}"
        return
    if refused:
        yield (
            f"customer user backend {DEFAULT_BACKEND}: {', '.join(refused)} of `{facts.CUSTOMER_TABLE}` cannot be "
            "written; `otalink otobo sql --write` prints the right that is missing"
        )


def _may_insert(connection: BaseDatabaseWrapper, column: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_MAY_INSERT[connection.vendor], [facts.CUSTOMER_TABLE, column])
        ((may,),) = cursor.fetchall()
    return bool(may)
