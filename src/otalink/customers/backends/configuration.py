"""The named backends as an operator writes them down: one TOML document, read and checked at start.

    [CustomerUser]
    kind = "database"

    [CustomerUser1]
    kind = "ldap"
    url = "ldaps://ldap.example.org"
    ...

The order of the tables is the order in which the backends are asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from otalink.customers.backends.ldap import config as ldap_config
from otalink.customers.backends.ldap.config import LdapConfig
from otalink.customers.backends.options import Options, WrongOption
from otalink.customers.backends.sql import config as sql_config
from otalink.customers.backends.sql import otobo as otobo_table
from otalink.customers.backends.sql.config import SqlConfig
from otalink.customers.backends.sql.otobo import Otobo
from otalink.customers.types import DEFAULT_BACKEND

# The published names.
_NAME = re.compile(rf"{DEFAULT_BACKEND}([1-9]|10)?")


class WrongBackends(Exception):
    """The document cannot be used; `problem` and `accepted` are clear and on one line, and hold no secret."""

    def __init__(self, problem: str, accepted: str) -> None:
        super().__init__(problem)
        self.problem, self.accepted = problem, accepted


@dataclass(frozen=True)
class DatabaseConfig:
    """A set of customer users in our own database."""

    factory: ClassVar[str] = "otalink.customers.backends.database.DatabaseBackend"


BackendConfig = DatabaseConfig | LdapConfig | SqlConfig


def _database(options: Options) -> DatabaseConfig:
    options.nothing_else()
    return DatabaseConfig()


def _kinds(otobo: Otobo) -> Mapping[str, Callable[[Options], BackendConfig]]:
    return {
        "database": _database,
        "ldap": ldap_config.read,
        "sql": sql_config.read,
        "otobo": lambda options: otobo_table.read(options, otobo),
    }


# Each of the two calls its own table CustomerUser, and the other's CustomerUser1.
_BESIDE_OTOBO = f'[{DEFAULT_BACKEND}]\nkind = "database"\n[{DEFAULT_BACKEND}1]\nkind = "otobo"\n'


def read_backends(document: str, otobo: Otobo | None = None) -> dict[str, BackendConfig]:
    """The backends by name, in the order they are asked.

    Of an empty document, the database alone, or beside an OTOBO, which `otobo` is, its own table too: whoever is known
    there is not made a second time.

    Raises:
        WrongBackends
    """
    document = document or (_BESIDE_OTOBO if otobo else f'[{DEFAULT_BACKEND}]\nkind = "database"\n')
    import tomllib

    try:
        tables = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise WrongBackends(str(error), "a TOML document") from error
    if DEFAULT_BACKEND not in tables:
        raise WrongBackends(
            f"no [{DEFAULT_BACKEND}], which takes new customer users unless SysConfig names another",
            f'a table [{DEFAULT_BACKEND}], with kind = "database" for our own database',
        )
    kinds = _kinds(otobo or Otobo())
    return {name: _backend(name, table, kinds) for name, table in tables.items()}


def databases(backends: Mapping[str, BackendConfig]) -> dict[str, dict[str, object]]:
    """The databases of the SQL backends as Django's settings take them, by the names of their backends."""
    return {name: dict(config.database) for name, config in backends.items() if isinstance(config, SqlConfig)}


def _backend(name: str, table: object, kinds: Mapping[str, Callable[[Options], BackendConfig]]) -> BackendConfig:
    if not _NAME.fullmatch(name) or not isinstance(table, dict):
        raise WrongBackends(f"[{name}] is no name of a backend", "CustomerUser, CustomerUser1 ... CustomerUser10")
    options = Options(table)
    try:
        kind = options.text("kind")
        if kind not in kinds:
            raise options.wrong("kind", f"{kind!r} will not do", ", ".join(kinds))
        return kinds[kind](options)
    except WrongOption as error:
        raise WrongBackends(f"[{name}] {error.key}: {error.problem}", error.accepted) from error
