"""One connection to the fake OTOBO's database: MariaDB or PostgreSQL, each statement visible at once."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

type Row = tuple[Any, ...]

_WITHOUT_ID = {"customer_preferences", "ota_tokens"}


def connect(url: str) -> Any:
    """A driver's own connection with autocommit."""
    parts = urlsplit(url)
    if parts.scheme != "mysql":
        return psycopg.connect(url, autocommit=True)
    return import_module("MySQLdb").connect(
        host=parts.hostname,
        port=parts.port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=parts.path.lstrip("/"),
        charset="utf8mb4",
        autocommit=True,
    )


@dataclass
class Database:
    """A connection of its own; `url` is what `OTALINK_OTOBO_DATABASE_URL` takes."""

    url: str
    connection: Any = field(init=False)

    def __post_init__(self) -> None:
        self.connection = connect(self.url)

    @property
    def is_mariadb(self) -> bool:
        return self.url.startswith("mysql:")

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.lstrip("/")

    def run(self, sql: str, *values: object) -> None:
        """One statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """What a SELECT finds."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return list(cursor.fetchall())

    def row(self, sql: str, *values: object) -> Row:
        """The one row that a SELECT finds."""
        (found,) = self.rows(sql, *values)
        return found

    def value(self, sql: str, *values: object) -> Any:
        """The one value that a SELECT finds."""
        return self.row(sql, *values)[0]

    def insert(self, table: str, **columns: object) -> int:
        """Add a row; gives its id, or 0 where the table has none."""
        names = ", ".join(self.quoted(name) for name in columns)
        sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
        if table in _WITHOUT_ID:
            self.run(sql, *columns.values())
            return 0
        return int(self.value(f"{sql} RETURNING id", *columns.values()))

    def update(self, table: str, row_id: int, **columns: object) -> None:
        """Change a row."""
        names = ", ".join(f"{self.quoted(name)} = %s" for name in columns)
        self.run(f"UPDATE {table} SET {names} WHERE id = %s", *columns.values(), row_id)

    def quoted(self, name: str) -> str:
        return f"`{name}`" if self.is_mariadb else f'"{name}"'

    def stored(self, content: bytes) -> object:
        """Bytes as OTOBO keeps them in a column: text in base64 on PostgreSQL."""
        return content if self.is_mariadb else b64encode(content).decode()

    def read(self, stored: Any) -> bytes:
        """What `stored` made back into bytes."""
        return bytes(stored) if self.is_mariadb else b64decode(stored)

    def another(self) -> Database:
        """A second connection, as another process of OTOBO's has it."""
        return Database(self.url)

    def close(self) -> None:
        """End the connection."""
        self.connection.close()


def many(database: Database, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Add many rows in one statement each thousand."""
    names = ", ".join(database.quoted(name) for name in columns)
    one = f"({', '.join(['%s'] * len(columns))})"
    for start in range(0, len(rows), 1000):
        part = rows[start : start + 1000]
        values = [value for row in part for value in row]
        database.run(f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * len(part))}", *values)


def refusals(database: Database) -> tuple[type[Exception], ...]:
    """What a driver raises where the server refuses a statement."""
    if database.is_mariadb:
        return (import_module("MySQLdb").Error,)
    return (psycopg.Error,)
