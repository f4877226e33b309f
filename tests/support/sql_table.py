"""Tables of another program, on SQLite, PostgreSQL and MariaDB, and the backend over them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import Any

import pytest
from django.db import connections

from otalink.customers.backends.options import Options
from otalink.customers.backends.sql import config as sql_config
from otalink.customers.backends.sql.backend import SqlBackend
from tests.support import needs
from tests.support.servers import ServerMissing, mariadb, postgresql

NAME = "CustomerUser2"
TABLE = """
CREATE TABLE people (
    uid VARCHAR(200) PRIMARY KEY, mail VARCHAR(100) NOT NULL, company VARCHAR(200) NOT NULL,
    first VARCHAR(100), family VARCHAR(100), lang VARCHAR(12), zone VARCHAR(64), state VARCHAR(10) NOT NULL
)
"""
COLUMNS = {
    "login": "uid",
    "email": "mail",
    "customer_id": "company",
    "first_name": "first",
    "last_name": "family",
    "language": "lang",
    "time_zone": "zone",
}
TOML = {"table": "people", "writable": True, "columns": COLUMNS}
NO_STATE = {"valid_column": "", "valid_value": None, "invalid_value": None}
STATE = {"valid_column": "state", "valid_value": "ok", "invalid_value": "gone"}
SERVERS = {"PostgreSQL": postgresql, "MariaDB": mariadb}


def start(stack: ExitStack, kind: str) -> str:
    """The URL of a running server."""
    require_driver(kind)
    try:
        return stack.enter_context(SERVERS[kind]())
    except ServerMissing:
        needs.missing(kind)


def require_driver(kind: str) -> None:
    if kind in {"MariaDB", "mysql"} and find_spec("MySQLdb") is None:
        pytest.skip("mysqlclient is not installed; `make test-databases` runs this with it")


@contextmanager
def backend_on(url: str, **values: Any) -> Iterator[SqlBackend]:
    """A backend with a database of its own name, as the settings make it at start."""
    config = sql_config.read(Options({"url": url, **TOML, **STATE, **values}))
    connections.settings[NAME] = connections.configure_settings(
        {"default": connections.settings["default"], NAME: dict(config.database)}
    )[NAME]
    try:
        yield SqlBackend(NAME, config)
    finally:
        connections[NAME].close()
        del connections[NAME], connections.settings[NAME]


def run(*statements: str) -> None:
    with connections[NAME].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def insert(uid: str, mail: str = "", state: str = "ok") -> None:
    with connections[NAME].cursor() as cursor:
        values = [uid, mail or f"{uid}@x.example", state]
        cursor.execute("INSERT INTO people (uid, mail, company, state) VALUES (%s, %s, 'ACME', %s)", values)
