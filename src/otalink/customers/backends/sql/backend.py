"""The SQL backend: customer users in a table that another program made, only read or also written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from otalink.customers.backends.sql.config import SqlConfig
from otalink.customers.backends.sql.connection import asking
from otalink.customers.types import (
    BackendReadOnly,
    BackendUnavailable,
    CustomerUser,
    CustomerUserExists,
    CustomerUserUnknown,
)

# Below what any of the databases takes as parameters of one statement.
_AT_ONCE = 500


def configured(name: str) -> SqlBackend:
    """The backend of that name in the boot configuration; its database is the one of the same name."""
    config: SqlConfig = settings.OTALINK_CUSTOMER_BACKEND_OPTIONS[name]
    return SqlBackend(name, config)


class SqlBackend:
    """One named set of customer users: the rows of a table that have login and e-mail."""

    def __init__(self, name: str, config: SqlConfig) -> None:
        self.name = name
        self._config = config
        self._fields = list(config.columns)
        self._read = [*config.columns.values(), *filter(None, [config.valid_column])]

    def find_by_email(self, email: str) -> list[CustomerUser]:
        """See `CustomerUserBackend`."""
        # Some databases take "é" for "e"; we do not.
        return [user for user in self._having("email", [email]) if user.email == email.lower()]

    def find_by_login(self, login: str) -> CustomerUser | None:
        """See `CustomerUserBackend`."""
        found = (user for user in self._by_login(login) if user.login == login.lower())
        return next(found, None)

    def _by_login(self, login: str) -> list[CustomerUser]:
        if not self._config.ignores_case and login and "\0" not in login:
            # As it stands there an index finds it; in any other case the whole table is read.
            with self._cursor() as cursor:
                cursor.execute(f"{self._select()} WHERE {self._column('login')} = %s", [login])
                if found := self._users(cursor.fetchall()):
                    return found
        return self._having("login", [login])

    def _having(self, field: str, values: Sequence[str]) -> list[CustomerUser]:
        sought = [value.lower() for value in values if value and "\0" not in value]
        if not sought:
            return []
        with self._cursor() as cursor:
            where = f"{self._folded(field)} IN ({_marks(sought)})"
            cursor.execute(f"{self._select()} WHERE {where} ORDER BY {self._column('login')}", sought)
            return self._users(cursor.fetchall())

    def _users(self, rows: Sequence[Sequence[Any]]) -> list[CustomerUser]:
        users = [self._user(row) for row in rows]
        return [user for user in users if user.login and user.email]

    def _user(self, row: Sequence[Any]) -> CustomerUser:
        held = {field: str(value or "").strip() for field, value in zip(self._fields, row, strict=False)}
        return CustomerUser(
            login=held["login"].lower(),
            email=held["email"].lower(),
            customer_id=held["customer_id"],
            first_name=held.get("first_name", ""),
            last_name=held.get("last_name", ""),
            valid=self._says_valid(row[-1]),
            language=held.get("language", ""),
            time_zone=held.get("time_zone", ""),
            backend=self.name,
        )

    def _says_valid(self, value: object) -> bool:
        config = self._config
        if not config.valid_column:
            return True
        if config.valid_value is not None:
            return bool(value == config.valid_value)
        return bool(value != config.invalid_value)

    def add(self, user: CustomerUser) -> CustomerUser:
        """See `CustomerUserBackend`."""
        self._require_writable()
        if self.find_by_login(user.login):
            raise CustomerUserExists(f"the login {user.login!r} is taken")
        row = self._row(user)
        columns = ", ".join(map(self._quoted, row))
        with self._cursor() as cursor:
            try:
                values = list(row.values())
                cursor.execute(f"INSERT INTO {self._table()} ({columns}) VALUES ({_marks(values)})", values)  # noqa: S608
            except IntegrityError as error:
                # Somebody was quicker, or the table needs more than we have.
                if self.find_by_login(user.login):
                    raise CustomerUserExists(f"the login {user.login!r} is taken") from error
                raise BackendReadOnly(f"the table takes no such customer user: {error}") from error
        if added := self.find_by_login(user.login):
            return added
        raise BackendUnavailable(f"the table does not show {user.login!r}, just added")

    def _row(self, user: CustomerUser) -> dict[str, Any]:
        values = {field: getattr(user, field) for field in self._fields}
        values |= {"login": user.login.lower(), "email": user.email.lower()}
        row = {self._config.columns[field]: value for field, value in values.items()}
        return row | self._validity(valid=user.valid) | (self._config.audit.of_new_row() if self._config.audit else {})

    def _validity(self, *, valid: bool) -> dict[str, Any]:
        config = self._config
        return (
            {config.valid_column: config.valid_value if valid else config.invalid_value} if config.valid_column else {}
        )

    def set_valid(self, login: str, valid: bool) -> None:
        """See `CustomerUserBackend`."""
        if not self._config.valid_column:
            raise BackendReadOnly(f"the backend {self.name!r} names no valid_column")
        self._change(login, self._validity(valid=valid))

    def set_preferences(self, login: str, *, language: str = "", time_zone: str = "") -> None:
        """See `CustomerUserBackend`."""
        given = {field: value for field, value in (("language", language), ("time_zone", time_zone)) if value}
        if missing := given.keys() - self._config.columns.keys():
            raise BackendReadOnly(f"the backend {self.name!r} has no column for {', '.join(sorted(missing))}")
        self._change(login, {self._config.columns[field]: value for field, value in given.items()})

    def _change(self, login: str, values: dict[str, Any]) -> None:
        self._require_writable()
        if not self.find_by_login(login):
            raise CustomerUserUnknown(f"no customer user {login!r}")
        if self._config.audit and values:
            values = values | self._config.audit.of_change()
        changes = ", ".join(f"{self._quoted(column)} = %s" for column in values)
        where = f"{self._folded('login')} = %s"
        with self._cursor() as cursor:
            if values:
                cursor.execute(f"UPDATE {self._table()} SET {changes} WHERE {where}", [*values.values(), login.lower()])  # noqa: S608

    def delete(self, login: str) -> None:
        """See `CustomerUserBackend`."""
        if not self.delete_many([login]):
            raise CustomerUserUnknown(f"no customer user {login!r}")

    def delete_many(self, logins: Collection[str]) -> int:
        """See `CustomerUserBackend`."""
        self._require_writable()
        wanted, deleted = [login.lower() for login in logins], 0
        for start in range(0, len(wanted), _AT_ONCE):
            deleted += self._delete(wanted[start : start + _AT_ONCE])
        return deleted

    def _delete(self, wanted: Sequence[str]) -> int:
        # Looked up before, since the database may take "é" for "e" here too.
        there = sorted({user.login for user in self._having("login", wanted)} & set(wanted))
        if not there:
            return 0
        with self._cursor() as cursor:
            where = f"{self._folded('login')} IN ({_marks(there)})"
            cursor.execute(f"DELETE FROM {self._table()} WHERE {where}", there)  # noqa: S608
            return int(cursor.rowcount)

    def check_password(self, login: str, password: str) -> bool:  # noqa: ARG002 - nobody has one
        """See `CustomerUserBackend`. The table's passwords, if it has any, are its own program's."""
        make_password(password)  # the work of a backend that keeps passwords, so that timing tells nothing
        return False

    def list(self, after: str = "", limit: int = 200) -> list[CustomerUser]:
        """See `CustomerUserBackend`."""
        login, email = self._folded("login"), self._column("email")
        where = f"{login} > %s AND {email} <> ''"
        with self._cursor() as cursor:
            cursor.execute(f"{self._select()} WHERE {where} ORDER BY {login} LIMIT %s", [after.lower(), limit])
            return self._users(cursor.fetchall())

    def _cursor(self) -> AbstractContextManager[Any]:
        return asking(self.name, self._config.timeout)

    @property
    def _connection(self) -> BaseDatabaseWrapper:
        return connections[self.name]

    def _quoted(self, name: str) -> str:
        return str(self._connection.ops.quote_name(name))

    def _column(self, field: str) -> str:
        return self._within_table(self._config.columns[field])

    def _within_table(self, column: str) -> str:
        # SQLite takes a quoted column that is not there for a text, unless its table is named too.
        return f"{self._table()}.{self._quoted(column)}"

    def _folded(self, field: str) -> str:
        return self._column(field) if self._config.ignores_case else f"LOWER({self._column(field)})"

    def _table(self) -> str:
        return ".".join(map(self._quoted, self._config.table))

    def _select(self) -> str:
        return f"SELECT {', '.join(map(self._within_table, self._read))} FROM {self._table()}"  # noqa: S608

    def _require_writable(self) -> None:
        if not self._config.writable:
            raise BackendReadOnly(f"the backend {self.name!r} is read only")


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
