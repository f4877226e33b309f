"""`otalink check` beside an OTOBO: what is missing is named, and what is there is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.customers.backends.configuration import DatabaseConfig, read_backends
from otalink.customers.backends.sql.otobo import Otobo as Beside
from otalink.otobo import connection, facts
from otalink.otobo.setup.check import findings, patience, places, rights, source
from tests.otobo import beside
from tests.otobo.fake import mails
from tests.otobo.fake import rights as given
from tests.otobo.fake.core import Otobo

pytestmark = pytest.mark.django_db
_MAIL = b"From: ann@customer.example\nTo: otobo@localhost\nSubject: Fire\nMessage-ID: <%d@c.example>\n\nFire\n"


@pytest.fixture
def checked(otobo: Otobo, reader_url: str, settings: Settings) -> Iterator[Otobo]:
    beside.configure(settings, reader_url)
    settings.OTALINK_CUSTOMER_BACKEND_OPTIONS = {"CustomerUser": DatabaseConfig()}
    yield otobo
    connection.close()


def of_database() -> list[str]:
    notes: list[str] = []
    return [problem for problem in findings.problems(notes) if problem.startswith("OTALINK_OTOBO_DATABASE_URL")]


def test_nothing_is_wrong_where_everything_is_there(checked: Otobo) -> None:
    mails.new_ticket(checked, _MAIL % 1)
    assert list(rights.missing(facts.OTOBO_10_1)) == []
    assert list(rights.excessive()) == []
    assert list(places.zone()) == []
    assert list(places.storage()) == []


@pytest.mark.parametrize("table", ["ticket_history", "article_data_mime_attachment", "dynamic_field_value"])
def test_a_right_that_is_missing_is_named(checked: Otobo, table: str) -> None:
    given.revoke(checked.database, table)
    connection.close()
    (problem,) = rights.missing(facts.OTOBO_10_1)
    assert problem == (
        f"OTALINK_OTOBO_DATABASE_URL: `{table}` cannot be read; `otalink otobo sql` prints the right that is missing"
    )


def test_a_column_that_is_missing_is_named(checked: Otobo) -> None:
    user = f"'{given.NAME}'@'localhost'" if checked.database.is_mariadb else given.NAME
    checked.database.run(f"REVOKE SELECT (email) ON customer_user FROM {user}")
    connection.close()
    (problem,) = rights.missing(facts.OTOBO_10_1)
    assert "email of `customer_user` cannot be read" in problem


def test_a_right_too_many_is_named(checked: Otobo) -> None:
    user = f"'{given.NAME}'@'localhost'" if checked.database.is_mariadb else given.NAME
    checked.database.run(f"GRANT SELECT ON users TO {user}")
    connection.close()
    assert list(rights.excessive()) == [
        "OTALINK_OTOBO_DATABASE_URL: otalink could read pw of `users`, which it never does; take that right away"
    ]


def test_a_database_that_is_away_is_one_line(settings: Settings, db: None) -> None:
    beside.configure(settings, "postgres://nobody@127.0.0.1:1/otobo")
    (problem,) = of_database()
    assert problem.startswith("OTALINK_OTOBO_DATABASE_URL: OTOBO's database cannot be asked")


def test_another_time_zone_is_proven_by_what_otobo_wrote(checked: Otobo, settings: Settings, reader_url: str) -> None:
    checked.zone = timezone(timedelta(hours=2))
    mails.new_ticket(checked, _MAIL % 1)
    (problem,) = places.zone()
    assert problem.startswith("OTALINK_OTOBO_TIME_ZONE: OTOBO's times are +2 h off from UTC")
    beside.configure(settings, reader_url, TIME_ZONE="Etc/GMT-2")
    assert list(places.zone()) == []


def test_files_on_disk_want_their_folder(checked: Otobo, settings: Settings, reader_url: str, tmp_path: Path) -> None:
    folder, other = tmp_path / "var" / "article", tmp_path / "other"
    for each in (folder, other):
        each.mkdir(parents=True)
    checked.folder = folder
    mails.new_ticket(checked, _MAIL % 1)
    (problem,) = places.storage()
    assert "the newest mails are not in OTOBO's database" in problem
    beside.configure(settings, reader_url, ARTICLES=str(folder))
    assert list(places.storage()) == []
    beside.configure(settings, reader_url, ARTICLES=str(other))
    (problem,) = places.storage()
    assert "has none of the newest 1 mails" in problem
    beside.configure(settings, reader_url, ARTICLES=str(tmp_path / "gone"))
    (problem,) = places.storage()
    assert "gone cannot be read" in problem


def test_the_version_stands_in_otobo_s_own_file_or_its_tables(
    checked: Otobo, settings: Settings, reader_url: str, tmp_path: Path
) -> None:
    (tmp_path / "var" / "article").mkdir(parents=True)
    for said, known in (("10.1.11", facts.OTOBO_10_1), ("11.0.3", facts.OTOBO_11), ("12.0.1", None)):
        (tmp_path / "RELEASE").write_text(f"PRODUCT = OTOBO\nVERSION = {said}\n")
        beside.configure(settings, reader_url, ARTICLES=str(tmp_path / "var" / "article"))
        assert rights.version() == known
    beside.configure(settings, reader_url)
    assert rights.version() == (None if checked.database.is_mariadb else facts.OTOBO_10_1)
    checked.database.run("CREATE TABLE article_version (id INTEGER)")
    assert rights.version() == (None if checked.database.is_mariadb else facts.OTOBO_11)


def settings_table(otobo: Otobo, yaml: str = "") -> None:
    kind = "LONGBLOB" if otobo.database.is_mariadb else "TEXT"
    columns = f"name VARCHAR(250), user_id INTEGER, is_valid INTEGER, effective_value {kind}"
    otobo.database.run(f"CREATE TABLE sysconfig_modified ({columns})")
    user = f"'{given.NAME}'@'localhost'" if otobo.database.is_mariadb else given.NAME
    otobo.database.run(f"GRANT SELECT ON sysconfig_modified TO {user}")
    if yaml:
        otobo.database.run("INSERT INTO sysconfig_modified VALUES ('MailQueue', NULL, 1, %s)", yaml)


def test_mail_that_is_given_up_within_minutes_is_told(checked: Otobo, settings: Settings) -> None:
    settings.OTALINK_OTOBO_RELAY = ("127.0.0.1", 2525)
    notes: list[str] = []
    assert list(patience.problems(notes)) == []
    assert "nobody here can see how often OTOBO tries" in notes[0]
    settings_table(checked)
    (problem,) = patience.problems(notes)
    assert "gives a mail up after 3 attempts, 6 min" in problem


def test_mail_that_waits_for_days_is_not(checked: Otobo, settings: Settings) -> None:
    settings_table(checked, "---\nItemMaxAttempts: '66'\nIncrementAttemptDelayInMinutes: '2'\n")
    for relay in (None, ("127.0.0.1", 2525)):
        settings.OTALINK_OTOBO_RELAY = relay
        notes: list[str] = []
        assert list(patience.problems(notes)) == []
        assert notes == []


def test_customer_users_in_sqlite_are_told(checked: Otobo) -> None:
    found = list(source.problems([]))
    if "OTALINK_TEST_DATABASE_URL" in os.environ:
        assert "OTOBO sees no customer user of ours" in found[0]
    else:
        assert found == [
            "OTALINK_DATABASE_URL: OTOBO cannot read our customer users from SQLite; use PostgreSQL or MariaDB"
        ]


def test_writing_into_otobo_s_table_warns_of_its_cache(checked: Otobo, settings: Settings) -> None:
    config = read_backends(
        '[CustomerUser]\nkind = "otobo"\nwritable = true\n', Beside("mysql://nobody@127.0.0.1:1/otobo")
    )
    settings.OTALINK_CUSTOMER_BACKEND_OPTIONS = config
    notes: list[str] = []
    with pytest.raises(Exception, match="CustomerUser"):
        list(source.problems(notes))
    assert "only if OTOBO caches nothing" in notes[0]
