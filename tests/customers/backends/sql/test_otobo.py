"""OTOBO's own table of customer users, on both of its databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from otalink.customers.backends.configuration import DatabaseConfig, WrongBackends, read_backends
from otalink.customers.backends.sql.backend import SqlBackend
from otalink.customers.backends.sql.config import SqlConfig
from otalink.customers.backends.sql.otobo import Otobo
from otalink.customers.types import BackendReadOnly, CustomerUser, CustomerUserUnknown
from tests.contracts.customer_user_backend import ANN, BackendContract
from tests.otobo.fake import schema
from tests.otobo.fake.database import Database
from tests.support.sql_table import SERVERS, start

NAME = "CustomerUser"
DOCUMENT = '[CustomerUser]\nkind = "otobo"\n'


@pytest.fixture(autouse=True)
def _allowed(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    # Only databases of these tests' own are asked.
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module", params=list(SERVERS))
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with ExitStack() as stack:
        url = start(stack, request.param)
        database = Database(url)
        schema.create(database)
        database.close()
        yield url


def opened(url: str, more: str = "writable = true\nagent = 2\n") -> SqlBackend:
    config = read_backends(DOCUMENT + more, Otobo(url, "Europe/Berlin"))[NAME]
    assert isinstance(config, SqlConfig)
    defaults: dict[str, Any] = {"default": connections.settings["default"], NAME: dict(config.database)}
    connections.settings[NAME] = connections.configure_settings(defaults)[NAME]
    return SqlBackend(NAME, config)


@pytest.fixture
def backend(url: str) -> Iterator[SqlBackend]:
    database = Database(url)
    database.run("DELETE FROM customer_user")
    database.close()
    yield opened(url)
    connections[NAME].close()
    del connections[NAME], connections.settings[NAME]


class TestOtobosTable(BackendContract):
    # It has no columns for language and time zone: OTOBO keeps them among the preferences.
    def test_it_hands_out_whom_it_took(self, backend: SqlBackend) -> None:  # type: ignore[override]
        added = backend.add(ANN)
        assert backend.find_by_login(ANN.login) == added
        assert backend.find_by_email(ANN.email) == [added]
        assert (added.full_name, added.language, added.backend) == ("Ann Lee", "", NAME)

    def test_it_keeps_preferences_it_was_not_given(self, backend: SqlBackend) -> None:  # type: ignore[override]
        backend.add(ANN)
        with pytest.raises(BackendReadOnly, match="language"):
            backend.set_preferences(ANN.login, language="de")

    def test_it_says_when_there_is_nobody_to_change(self, backend: SqlBackend) -> None:  # type: ignore[override]
        with pytest.raises(CustomerUserUnknown):
            backend.set_valid("nobody", valid=False)
        with pytest.raises(CustomerUserUnknown):
            backend.delete("nobody")


def row(url: str, login: str) -> tuple[Any, ...]:
    database = Database(url)
    try:
        return database.row(
            "SELECT create_time, create_by, change_time, change_by, valid_id, pw FROM customer_user WHERE login = %s",
            login,
        )
    finally:
        database.close()


def test_a_new_row_says_who_made_it_and_when_in_otobo_s_own_zone(backend: SqlBackend, url: str) -> None:
    made, locked = datetime(2026, 7, 1, 10, 0, 0, 999, tzinfo=UTC), datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    with time_machine.travel(made, tick=False):
        backend.add(ANN)
    local = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001 - OTOBO's times are naive
    assert row(url, ANN.login) == (local, 2, local, 2, 1, None)
    with time_machine.travel(locked, tick=False):
        backend.set_valid(ANN.login, valid=False)
    assert row(url, ANN.login) == (local, 2, datetime(2026, 12, 1, 11, 0), 2, 2, None)  # noqa: DTZ001


def test_an_agent_who_is_not_there_makes_nobody(backend: SqlBackend, url: str) -> None:
    stranger = opened(url, "writable = true\nagent = 999\n")
    with pytest.raises(BackendReadOnly, match="takes no such customer user"):
        stranger.add(ANN)


def test_it_is_read_only_unless_somebody_insists(backend: SqlBackend, url: str) -> None:
    backend.add(ANN)
    reader = opened(url, "")
    assert reader.find_by_login(ANN.login)
    with pytest.raises(BackendReadOnly):
        reader.add(CustomerUser("b@x.example", "b@x.example", "x", "B", "X"))


def test_a_login_with_capitals_is_found_and_is_the_same_person(backend: SqlBackend, url: str) -> None:
    database = Database(url)
    values = {
        "email": "Carl@Cust.Example",
        "customer_id": "ACME",
        "first_name": "Carl",
        "last_name": "C",
        "valid_id": 1,
    }
    database.insert("customer_user", login="Carl@Cust.Example", **values, **schema.STAMPS)
    database.close()
    for login in ("carl@cust.example", "Carl@Cust.Example"):
        found = backend.find_by_login(login)
        assert found
        assert found.login == "carl@cust.example"
    assert backend.find_by_email("carl@cust.example")


def test_beside_an_otobo_its_own_table_is_asked_by_itself() -> None:
    backends = read_backends("", Otobo("mysql://h/otobo", "Europe/Berlin"))
    assert list(backends) == ["CustomerUser", "CustomerUser1"]
    theirs = backends["CustomerUser1"]
    assert isinstance(backends["CustomerUser"], DatabaseConfig)
    assert isinstance(theirs, SqlConfig)
    assert theirs.audit
    assert (theirs.table, theirs.writable, theirs.ignores_case) == (("customer_user",), False, True)
    assert theirs.audit.zone == ZoneInfo("Europe/Berlin")
    assert list(read_backends("")) == ["CustomerUser"]


@pytest.mark.parametrize(
    ("more", "said"),
    [('time_zone = "Mars/Base"', "unknown time zone"), ("agent = 0", "0 will not do"), ('table = "x"', "unknown")],
)
def test_what_cannot_be_is_refused_in_one_line(more: str, said: str) -> None:
    with pytest.raises(WrongBackends, match=said):
        read_backends(DOCUMENT + more, Otobo("mysql://h/otobo"))


def test_without_an_otobo_it_must_be_told_where_the_table_is() -> None:
    with pytest.raises(WrongBackends, match="missing"):
        read_backends(DOCUMENT)
