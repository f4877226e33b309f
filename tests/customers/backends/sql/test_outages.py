"""What the SQL backend answers when its database is down, frozen, locked, gone or silent."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError, connections
from pytest_django.plugin import DjangoDbBlocker

from otalink.customers.types import BackendUnavailable
from tests.support.sql_table import NAME, SERVERS, TABLE, backend_on, insert, require_driver, run, start


@pytest.fixture(autouse=True)
def _allowed(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    # Only databases of these tests' own are asked.
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module", params=SERVERS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with ExitStack() as stack:
        yield start(stack, request.param)


@pytest.fixture
def table(url: str) -> str:
    """The URL of a database with an empty table."""
    with backend_on(url):
        run("DROP TABLE IF EXISTS people", TABLE)
    return url


@pytest.mark.parametrize(
    ("kind", "farewell"),
    [("PostgreSQL", "SELECT pg_terminate_backend(pg_backend_pid())"), ("MariaDB", "KILL CONNECTION_ID()")],
)
def test_a_server_that_breaks_off_or_ends_makes_nobody_unknown(kind: str, farewell: str) -> None:
    with ExitStack() as stack, backend_on(start(stack, kind)) as backend:
        run(TABLE)
        with pytest.raises(DatabaseError):
            run(farewell)
        with pytest.raises(BackendUnavailable):
            backend.find_by_login("nobody")
        assert backend.find_by_login("nobody") is None
        stack.close()
        for _ in range(2):
            with pytest.raises(BackendUnavailable):
                backend.find_by_login("nobody")


def pid_of_server() -> int:
    """The process that answers the test's connection."""
    with connections[NAME].cursor() as cursor:
        if connections[NAME].vendor == "postgresql":
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT @@pid_file")
        return int(Path(cursor.fetchone()[0]).read_text())


def freeze(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    while any(
        task.read_text().rpartition(")")[2].split()[0] != "T" for task in Path(f"/proc/{pid}/task").glob("*/stat")
    ):
        time.sleep(0.01)  # its threads stop one by one


def test_a_server_that_hangs_is_given_up_in_time(table: str) -> None:
    with backend_on(table, timeout=1) as backend:
        assert backend.find_by_login("nobody") is None
        pid = pid_of_server()
        freeze(pid)
        began = time.monotonic()
        try:
            with pytest.raises(BackendUnavailable):
                backend.find_by_login("nobody")
            assert time.monotonic() - began < 6
        finally:
            os.kill(pid, signal.SIGCONT)
        assert backend.find_by_login("nobody") is None


def test_a_statement_that_waits_for_a_lock_is_given_up_in_time(table: str) -> None:
    with backend_on(table, timeout=1) as backend:
        insert("ann")
        with locked():
            began = time.monotonic()
            with pytest.raises(BackendUnavailable):
                backend.set_valid("ann", valid=False)
            assert time.monotonic() - began < 6
        backend.set_valid("ann", valid=False)


@contextmanager
def locked() -> Iterator[None]:
    """Another program holds the row."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        connection = connections[NAME]
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE people SET family = 'Lee'")
        taken.set()
        done.wait(20)
        connection.rollback()
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(20)
    try:
        yield
    finally:
        done.set()
        holder.join()


@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_server_that_says_nothing_is_given_up_in_time(kind: str) -> None:
    require_driver(kind)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{kind}://u:p@127.0.0.1:{silent.getsockname()[1]}/people"
        began = time.monotonic()
        with backend_on(url, timeout=2) as backend, pytest.raises(BackendUnavailable):
            backend.find_by_login("nobody")
        assert time.monotonic() - began < 6


def test_a_sqlite_file_that_is_gone_makes_nobody_unknown_and_no_file(tmp_path: Path) -> None:
    with backend_on(f"sqlite:///{tmp_path}/gone.sqlite3") as backend, pytest.raises(BackendUnavailable):
        backend.find_by_login("nobody")
    assert list(tmp_path.iterdir()) == []
