"""The SQL backend keeps the contract of all backends on SQLite, PostgreSQL and MariaDB, and its own promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from otalink.customers.backends.sql.backend import SqlBackend
from otalink.customers.types import (
    BackendReadOnly,
    BackendUnavailable,
    CustomerUser,
    CustomerUserBackend,
    CustomerUserExists,
    CustomerUserUnknown,
)
from tests.contracts.customer_user_backend import ANN, BackendContract
from tests.support.sql_table import COLUMNS, NAME, NO_STATE, SERVERS, TABLE, backend_on, insert, run, start


@pytest.fixture(autouse=True)
def _allowed(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    # Only databases of these tests' own are asked.
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module", params=["SQLite", *SERVERS])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ExitStack() as stack:
        if request.param in SERVERS:
            yield start(stack, request.param)
        else:
            file = tmp_path_factory.mktemp("external") / "people & others.sqlite3"
            file.touch()
            yield f"sqlite:///{file}"


@pytest.fixture
def table(url: str) -> str:
    """The URL of a database with an empty table."""
    with backend_on(url):
        run("DROP TABLE IF EXISTS people", TABLE)
    return url


@pytest.fixture
def backend(table: str) -> Iterator[CustomerUserBackend]:
    with backend_on(table) as made:
        yield made


class TestSqlBackend(BackendContract):
    pass


class TestOnATableThatIgnoresCase(BackendContract):
    @pytest.fixture
    def backend(self, table: str) -> Iterator[CustomerUserBackend]:
        with backend_on(table, ignores_case=True) as made:
            yield made


def test_it_reads_what_the_table_keeps(backend: SqlBackend) -> None:
    insert("Ann", "Ann.Lee@X.example")
    expected = CustomerUser("ann", "ann.lee@x.example", "ACME", "", "", backend=NAME)
    assert backend.find_by_login("ANN") == expected
    assert backend.find_by_email("ann.lee@x.example") == [expected]


def test_an_address_with_an_accent_is_another_address(backend: SqlBackend) -> None:
    insert("jose", "jose@x.example")
    assert backend.find_by_email("josé@x.example") == []
    assert backend.find_by_login("josé") is None
    assert backend.delete_many(["josé"]) == 0
    with pytest.raises(CustomerUserUnknown):
        backend.set_valid("josé", valid=False)
    assert [(user.login, user.valid) for user in backend.list()] == [("jose", True)]


def test_a_row_without_an_address_is_no_customer_user(backend: SqlBackend) -> None:
    run("INSERT INTO people (uid, mail, company, state) VALUES ('ann', '', 'ACME', 'ok')")
    assert backend.find_by_login("ann") is None
    assert backend.list() == []


def test_the_values_of_the_column_decide_who_may_come_in(table: str) -> None:
    def valid(**values: object) -> set[str]:
        with backend_on(table, **{"writable": False, "invalid_value": None, "valid_value": None, **values}) as backend:
            return {user.login for user in backend.list() if user.valid}

    with backend_on(table):
        insert("ann", state="ok")
        insert("bob", state="gone")
        insert("eve", state="new")
    assert valid(valid_value="ok") == {"ann"}
    assert valid(invalid_value="gone") == {"ann", "eve"}
    assert valid(valid_column="") == {"ann", "bob", "eve"}


@pytest.mark.parametrize(("kind", "yes", "no"), [("INTEGER", 1, 2), ("BOOLEAN", True, False)])
def test_the_value_may_be_a_number_or_a_truth(table: str, kind: str, yes: object, no: object) -> None:
    with backend_on(table, valid_value=yes, invalid_value=no) as backend:
        run("ALTER TABLE people DROP COLUMN state", f"ALTER TABLE people ADD COLUMN state {kind}")
        backend.add(ANN)
        backend.set_valid(ANN.login, valid=False)
        assert [user.valid for user in backend.list()] == [False]
        backend.set_valid(ANN.login, valid=True)
        assert [user.valid for user in backend.list()] == [True]


def test_a_read_only_backend_changes_nothing(table: str) -> None:
    with backend_on(table) as writing:
        writing.add(ANN)
    with backend_on(table, writable=False) as backend:
        changes: tuple[Callable[[], object], ...] = (
            lambda: backend.add(replace(ANN, login="bob")),
            lambda: backend.set_valid(ANN.login, valid=False),
            lambda: backend.set_preferences(ANN.login, language="fr"),
            lambda: backend.delete(ANN.login),
            lambda: backend.delete_many([ANN.login]),
        )
        for change in changes:
            with pytest.raises(BackendReadOnly):
                change()
        assert [(user.login, user.valid, user.language) for user in backend.list()] == [(ANN.login, True, "de")]


def test_what_has_no_column_is_not_kept_and_cannot_be_set(table: str) -> None:
    few = {field: column for field, column in COLUMNS.items() if field not in {"language", "time_zone"}}
    with backend_on(table, columns=few) as backend:
        assert backend.add(ANN).language == ""
        with pytest.raises(BackendReadOnly, match="time_zone"):
            backend.set_preferences(ANN.login, time_zone="Europe/Vienna")


def test_a_table_that_needs_more_takes_nobody_and_says_why(backend: SqlBackend) -> None:
    run("ALTER TABLE people ADD COLUMN rank_no INTEGER NOT NULL DEFAULT 0 CHECK (rank_no > 0)")
    with pytest.raises(BackendReadOnly, match=r"rank_no|CONSTRAINT"):
        backend.add(ANN)


def test_a_value_that_is_too_long_is_refused(backend: SqlBackend) -> None:
    if connections[NAME].vendor == "sqlite":
        backend.add(replace(ANN, first_name="x" * 200))  # SQLite takes any length
        return
    if connections[NAME].vendor == "mysql":
        run("SET GLOBAL sql_mode = ''")  # a server that would cut it
        connections[NAME].close()
    with pytest.raises(BackendReadOnly, match="too long"):
        backend.add(replace(ANN, first_name="x" * 200))
    assert backend.find_by_login(ANN.login) is None


def test_a_table_that_is_not_there_makes_nobody_unknown(backend: SqlBackend) -> None:
    run("DROP TABLE people")
    calls: tuple[Callable[[], object], ...] = (
        lambda: backend.find_by_email("nobody@x.example"),
        lambda: backend.find_by_login("nobody"),
        lambda: backend.add(ANN),
        backend.list,
    )
    for call in calls:
        with pytest.raises(BackendUnavailable, match="people"):
            call()


def test_a_column_that_is_not_there_makes_nobody_unknown(table: str) -> None:
    with backend_on(table, columns={**COLUMNS, "first_name": "forename"}) as backend, pytest.raises(BackendUnavailable):
        backend.find_by_login("nobody")


def test_a_second_row_of_that_login_written_meanwhile_is_told_as_taken(
    backend: SqlBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter([None])
    real = backend.find_by_login
    monkeypatch.setattr(backend, "find_by_login", lambda login: next(found, real(login)))
    insert(ANN.login)
    with pytest.raises(CustomerUserExists):
        backend.add(ANN)


def test_names_are_quoted(url: str) -> None:
    columns = {"login": "order", "email": "select", "customer_id": "Group"}
    with backend_on(url, table="from", columns=columns, **NO_STATE) as backend:
        quoted = [connections[NAME].ops.quote_name(name) for name in ("from", "order", "select", "Group")]
        run(f"DROP TABLE IF EXISTS {quoted[0]}")
        run("CREATE TABLE {} ({} VARCHAR(99), {} VARCHAR(99), {} VARCHAR(99))".format(*quoted))
        backend.add(ANN)
        assert backend.find_by_email(ANN.email)[0].customer_id == ANN.customer_id


def test_nobody_signs_in_with_a_password(backend: SqlBackend) -> None:
    insert("ann")
    assert not backend.check_password("ann", "secret")
    assert not backend.list()[0].has_password
