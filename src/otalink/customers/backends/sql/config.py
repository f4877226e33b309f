"""What an SQL backend is told: which database and table, and which column means what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from otalink.common import foreign_database
from otalink.customers.backends.options import Options
from otalink.customers.backends.sql.audit import Audit

_ACCEPTED = "sqlite:////path, postgres://user:password@host:port/name or mysql://user:password@host:port/name"
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_FIELDS = ("login", "email", "customer_id", "first_name", "last_name", "language", "time_zone")
_NEEDED = ("login", "email", "customer_id")

Value = str | int | bool


@dataclass(frozen=True)
class SqlConfig:
    """An SQL backend. `columns` has the fields the table keeps, the values are as stored, `timeout` is in seconds.

    `audit` is set where the table wants to know who wrote.
    """

    factory: ClassVar[str] = "otalink.customers.backends.sql.backend.configured"

    database: Mapping[str, Any] = field(repr=False)
    table: tuple[str, ...]
    columns: Mapping[str, str]
    valid_column: str = ""
    valid_value: Value | None = None
    invalid_value: Value | None = None
    ignores_case: bool = False
    writable: bool = False
    timeout: int = 10
    audit: Audit | None = None


def read(options: Options) -> SqlConfig:
    """An SQL backend from its table.

    Raises:
        WrongOption
    """
    seconds = options.number("timeout", SqlConfig.timeout, most=60)
    writable = options.flag("writable", default=False)
    config = SqlConfig(
        database=_database(options, seconds, writable=writable),
        table=_table(options),
        columns=_columns(options.table("columns")),
        valid_column=_name(options, "valid_column"),
        valid_value=options.value("valid_value"),
        invalid_value=options.value("invalid_value"),
        ignores_case=options.flag("ignores_case", default=False),
        writable=writable,
        timeout=seconds,
    )
    options.nothing_else()
    _check_validity(options, config)
    return config


def _check_validity(options: Options, config: SqlConfig) -> None:
    values = [config.valid_value is not None, config.invalid_value is not None]
    told = all(values) if config.writable else any(values)
    if bool(config.valid_column) != told:
        accepted = "valid_value and invalid_value" if config.writable else "valid_value or invalid_value"
        raise options.wrong("valid_column", "it and its values belong together", accepted)


def _database(options: Options, seconds: int, *, writable: bool) -> Mapping[str, Any]:
    url = options.secret("url")
    kind = url.partition("://")[0]
    if kind not in foreign_database.KINDS:
        raise options.wrong("url", f"unknown kind of database {kind!r}" if "://" in url else "missing", _ACCEPTED)
    import dj_database_url  # the supervisor reads the configuration too, and has no database

    try:
        database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=None, conn_health_checks=True))
    except ValueError as error:
        raise options.wrong("url", str(error), _ACCEPTED) from error
    if not database.get("NAME"):
        raise options.wrong("url", "no database name", _ACCEPTED)
    if kind == "sqlite":
        # A file that is not there is a mistake or a disk that is gone; it is not to be made.
        path = Path(str(database["NAME"])).absolute()
        database["NAME"] = f"file:{quote(str(path))}?mode={'rw' if writable else 'ro'}"
    database["OPTIONS"] = {**foreign_database.options(kind, seconds), **database.get("OPTIONS", {})}
    return database


def _table(options: Options) -> tuple[str, ...]:
    parts = tuple(options.text("table").split("."))
    if len(parts) > 2 or not all(map(_COLUMN.fullmatch, parts)):
        raise options.wrong("table", f"{'.'.join(parts)!r} is no name of a table", "a name, or schema.name")
    return parts


def _columns(options: Options) -> Mapping[str, str]:
    columns = {field: _name(options, field) for field in _FIELDS}
    options.nothing_else()
    for needed in _NEEDED:
        if not columns[needed]:
            raise options.wrong(needed, "missing", "the name of a column")
    return {field: column for field, column in columns.items() if column}


def _name(options: Options, key: str) -> str:
    name = options.text(key, "")
    if name and not _COLUMN.fullmatch(name):
        raise options.wrong(key, f"{name!r} is no name of a column", "letters, digits and underscores")
    return name
