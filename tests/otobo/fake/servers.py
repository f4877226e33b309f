"""Database servers for the fake OTOBO: one of a kind for all tests of a worker, in it a database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit, urlunsplit

from tests.otobo.fake import schema
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.database import Database
from tests.support import sql_table

KINDS = ["MariaDB", "PostgreSQL"]


class Servers:
    """Starts a server when it is first asked for; skips the test (in CI fails it) where it is not installed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._urls: dict[str, str] = {}
        self._count = 0

    def url(self, kind: str) -> str:
        """The URL of an administrator."""
        if kind not in self._urls:
            url = urlsplit(sql_table.start(self._stack, kind))
            if kind == "MariaDB":
                # The user of other tests may give no rights away.
                url = url._replace(netloc=f"root@{url.netloc.rpartition('@')[2]}")
            self._urls[kind] = urlunsplit(url)
            self._make_template(kind)
        return self._urls[kind]

    @contextmanager
    def database(self, kind: str) -> Iterator[Database]:
        """A fresh OTOBO's own database."""
        self._count += 1
        name = f"otobo_{self._count}"
        with self._admin(kind) as admin:
            admin.run(_create(name, "otobo_template", mariadb=admin.is_mariadb))
        database = Database(self._named(kind, name))
        if database.is_mariadb:
            schema.create(database)
        try:
            yield database
        finally:
            database.close()
            with self._admin(kind) as admin:
                admin.run(f"DROP DATABASE {name}" + ("" if admin.is_mariadb else " WITH (FORCE)"))

    def stop(self) -> None:
        """End all of them."""
        self._stack.close()

    def _make_template(self, kind: str) -> None:
        # PostgreSQL copies a whole database faster than it makes the tables; MariaDB cannot.
        if kind == "MariaDB":
            return
        with self._admin(kind) as admin:
            admin.run(_create("otobo_template", "template1", mariadb=False))
        template = Database(self._named(kind, "otobo_template"))
        schema.create(template)
        template.close()

    def _named(self, kind: str, name: str) -> str:
        return urlunsplit(urlsplit(self.url(kind))._replace(path=f"/{name}"))

    @contextmanager
    def _admin(self, kind: str) -> Iterator[Database]:
        admin = Database(self.url(kind))
        try:
            yield admin
        finally:
            admin.close()


def _create(name: str, template: str, *, mariadb: bool) -> str:
    return f"CREATE DATABASE {name} " + ("CHARACTER SET utf8mb4" if mariadb else f"TEMPLATE {template}")


@contextmanager
def fake(servers: Servers, kind: str) -> Iterator[Otobo]:
    """A fresh fake OTOBO on a server of that kind."""
    with servers.database(kind) as database:
        yield Otobo(database)
