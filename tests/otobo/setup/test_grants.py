"""The SQL for administrators, run on real servers: just enough to read, and a view that OTOBO reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import dj_database_url
import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from otalink.customers.models import CustomerUserRecord
from otalink.otobo import facts
from otalink.otobo.setup import grants
from otalink.otobo.setup.installation import Site, of_url
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.database import Database, refusals
from tests.otobo.setup import administrator

pytestmark = pytest.mark.django_db
READER, SOURCE_READER = "o'talink", "otobo_reader"


@pytest.fixture
def site(otobo: Otobo) -> Iterator[Site]:
    url = otobo.database.url
    yield Site(
        replace(of_url(url), user=READER), replace(of_url(url), user=SOURCE_READER), "http://h/otobo/", "otalink",
        base_url="http://h", upstream="http://127.0.0.1:8000",
    )  # fmt: skip
    users = [READER, SOURCE_READER]
    for name in users:
        drop(otobo.database, name)


def drop(database: Database, name: str) -> None:
    quoted = name.replace("'", "''")
    if database.is_mariadb:
        database.run(f"DROP USER IF EXISTS '{quoted}'@'localhost'")
    elif database.rows("SELECT 1 FROM pg_roles WHERE rolname = %s", name):
        database.run(f'DROP OWNED BY "{name}"')
        database.run(f'DROP ROLE "{name}"')


def parts(sql: str) -> tuple[str, str]:
    """What is for OTOBO's server, and what is for ours."""
    first, mark, second = sql.partition("\n-- 2.")
    return first, mark + second


def signed_in(otobo: Otobo, name: str) -> Database:
    return Database(administrator.as_user(otobo.database.url, name.replace("'", "%27")))


def test_otalink_reads_what_it_needs_and_nothing_else(otobo: Otobo, site: Site) -> None:
    administrator.run(otobo.database, parts(grants.sql(site))[0])
    with closing(signed_in(otobo, READER)) as reader:
        for table, columns in {**facts.OTOBO_10_1.tables, facts.CUSTOMER_TABLE: facts.CUSTOMER_COLUMNS}.items():
            reader.rows(f"SELECT {', '.join(columns)} FROM {table} WHERE 1 = 0")
        for statement in (
            "SELECT pw FROM customer_user",
            "SELECT * FROM customer_user",
            "SELECT pw FROM users",
            "SELECT token FROM ota_tokens",
            "UPDATE ticket SET title = 'x'",
            "INSERT INTO valid (name) VALUES ('x')",
            "DELETE FROM ticket_history",
        ):
            with pytest.raises(refusals(otobo.database)):
                reader.run(statement)


def test_the_import_s_rights_are_given_and_taken_away_again(otobo: Otobo, site: Site) -> None:
    kind = "LONGBLOB" if otobo.database.is_mariadb else "TEXT"
    otobo.database.run(
        f"CREATE TABLE sysconfig_modified (name VARCHAR(250), effective_value {kind}, is_valid INT, user_id INT)"
    )
    sql = grants.sql(site, importing=True)
    part_one, _ = parts(sql)
    third = sql.partition("\n-- 3.")[2].partition("\n")[2]
    administrator.run(otobo.database, part_one)
    administrator.run(otobo.database, third)
    with closing(signed_in(otobo, READER)) as reader:
        for table, columns in (
            (facts.TOKEN_TABLE, facts.TOKEN_COLUMNS),
            (facts.SETTINGS_TABLE, facts.SETTINGS_COLUMNS),
        ):
            named = ", ".join(map(reader.quoted, columns))
            reader.rows(f"SELECT {named} FROM {table} WHERE 1 = 0")
    administrator.run(otobo.database, third.replace("-- REVOKE", "REVOKE"))
    with closing(signed_in(otobo, READER)) as reader, pytest.raises(refusals(otobo.database)):
        reader.rows("SELECT token FROM ota_tokens")


@pytest.fixture
def ours(otobo: Otobo) -> Iterator[BaseDatabaseWrapper]:
    """A database of otalink's with its customer users, on the same server, as Django makes the table."""
    config = dj_database_url.parse(otobo.database.url)
    handler = ConnectionHandler({"default": config})
    with closing(handler["default"]) as connection:
        with connection.schema_editor() as editor:
            editor.create_model(CustomerUserRecord)
        yield connection


def add(
    ours: BaseDatabaseWrapper, login: str, first: str, last: str, *, valid: bool = True, backend: str = "CustomerUser"
) -> None:
    columns = "backend, login, email, customer_id, first_name, last_name, valid, language, time_zone, password"
    now = "CURRENT_TIMESTAMP"
    with ours.cursor() as cursor:
        values: list[str | bool] = [backend, login, login, "ACME", first, last, valid]
        cursor.execute(
            f"INSERT INTO {CustomerUserRecord._meta.db_table} ({columns}, created, changed) "
            f"VALUES (%s, %s, %s, %s, %s, %s, %s, 'de', '', 'pbkdf2$secret', {now}, {now})",
            values,
        )


def test_otobo_sees_our_customer_users_and_nothing_else_of_ours(
    otobo: Otobo, site: Site, ours: BaseDatabaseWrapper
) -> None:
    administrator.run(otobo.database, parts(grants.sql(site))[1])
    add(ours, "ann@customer.example", "Ann", "Lee")
    add(ours, "bob@customer.example", "", "", valid=False)
    add(ours, "carl@customer.example", "Carl", "Other", backend="CustomerUser2")
    with closing(signed_in(otobo, SOURCE_READER)) as reader:
        columns = ", ".join(grants.SOURCE_COLUMNS)
        assert reader.rows(f"SELECT {columns} FROM {grants.SOURCE_VIEW} ORDER BY login") == [
            ("ann@customer.example", "ann@customer.example", "ACME", "Ann", "Lee", 1),
            ("bob@customer.example", "bob@customer.example", "ACME", "", "bob@customer.example", 2),
        ]
        # As OTOBO asks: who has that address, and who is that.
        for where in ("LOWER(login) = LOWER(%s)", "email LIKE %s"):
            assert reader.value(f"SELECT first_name FROM {grants.SOURCE_VIEW} WHERE {where}", "ann@customer.example")
        for statement in (
            f"SELECT password FROM {CustomerUserRecord._meta.db_table}",
            f"UPDATE {grants.SOURCE_VIEW} SET first_name = 'x'",
            "SELECT id FROM ticket",
        ):
            with pytest.raises(refusals(otobo.database)):
                reader.run(statement)


def test_to_run_it_again_does_no_harm_to_the_view(otobo: Otobo, site: Site, ours: BaseDatabaseWrapper) -> None:
    second = parts(grants.sql(site))[1]
    administrator.run(otobo.database, second)
    if not otobo.database.is_mariadb:  # PostgreSQL has no CREATE ROLE IF NOT EXISTS
        second = "\n".join(line for line in second.splitlines() if not line.startswith("CREATE ROLE"))
    administrator.run(otobo.database, second)


def test_with_sqlite_it_says_what_to_do_instead(otobo: Otobo, site: Site) -> None:
    assert "otalink's own database is SQLite" in grants.sql(replace(site, source=None))


def test_the_name_of_a_user_cannot_end_its_quotes() -> None:
    for url, quoted in (("mysql://h/d", "'o''t'@'%'"), ("postgres://h/d", '"o\'t"')):
        assert grants.account(replace(of_url(url), user="o't")) == quoted
