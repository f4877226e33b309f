"""Workers as real processes, killed in the middle of their work, and without their database for a while."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from tests.support.mail_server import breaking_server, mail_server
from tests.support.servers import ServerMissing, end, postgresql

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parent.parent.parent


def environment(data: Path, **values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTALINK_")}
    python_path = f"{ROOT}{os.pathsep}{ROOT / 'src'}"
    settings = {"DJANGO_SETTINGS_MODULE": "otalink.conf.settings", "PYTHONPATH": python_path}
    return {**kept, **settings, "OTALINK_DATA": str(data), "OTALINK_SECRET_KEY": "k" * 50, **values}


def run(env: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "tests.maintenance.worker_process", *arguments], env=env, check=True)


@contextmanager
def worker(env: dict[str, str], *, sig: int = signal.SIGTERM) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "tests.maintenance.worker_process", "work"], env=env)
    try:
        yield process
    finally:
        end(process, sig)


def query(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "otalink.sqlite3", timeout=20)) as connection:
        return connection.execute(sql).fetchall()


def wait_until(condition: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_a_mail_whose_worker_was_killed_while_sending_is_sent_by_the_next(tmp_path: Path) -> None:
    env = environment(tmp_path)
    run(env, "prepare", "1")
    with (
        breaking_server("") as url,
        worker({**env, "OTALINK_MAIL_URL": url}, sig=signal.SIGKILL),
    ):
        wait_until(lambda: query(tmp_path, "SELECT 1 FROM notifications_outboxmail WHERE attempts = 1"))
        time.sleep(0.5)
    (task,) = query(tmp_path, "SELECT status FROM django_tasks_database_dbtaskresult")
    assert task == ("RUNNING",)
    with worker(env):
        wait_until(lambda: query(tmp_path, "SELECT 1 FROM notifications_outboxmail WHERE state = 'sent'"))
    assert len(list((tmp_path / "outgoing").glob("*.eml"))) == 1


def test_no_mail_is_lost_when_workers_are_killed_at_random_moments(tmp_path: Path) -> None:
    # More than a worker sends in all these moments.
    env, moments, kills, mails = environment(tmp_path), random.Random(20261123), 6, 900
    run(env, "prepare", str(mails))
    for _ in range(kills):
        with worker(env, sig=signal.SIGKILL):
            wait_for_more(tmp_path)
            time.sleep(moments.uniform(0, 0.2))
    assert sent_count(tmp_path) < mails, "the killing must not come after the work"
    with worker(env):
        wait_until(lambda: sent_count(tmp_path) == mails)
    ids = Counter(
        message_from_bytes(path.read_bytes())["Message-ID"].strip("<>")
        for path in (tmp_path / "outgoing").glob("*.eml")
    )
    assert set(ids) == {row[0] for row in query(tmp_path, "SELECT message_id FROM notifications_outboxmail")}
    # A worker killed between sending and recording it leaves one mail that is sent again, under the same id.
    assert ids.total() - len(ids) <= kills


def test_no_mail_is_lost_when_workers_are_killed_and_the_mail_host_refuses_and_recovers(tmp_path: Path) -> None:
    moments, kills, mails = random.Random(20261127), 5, 200
    with mail_server() as server:
        env = environment(tmp_path, OTALINK_MAIL_URL=server.url)
        run(env, "prepare", str(mails))
        for answer in ("554 Relay access denied", "451 4.3.0 try later", "421 4.7.0 closing", "554 5.7.1 no", ""):
            server.to_recipient = ""
            with worker(env, sig=signal.SIGKILL):
                wait_for_more(tmp_path)
                server.to_recipient = answer
                time.sleep(moments.uniform(0.1, 0.6))
        assert sent_count(tmp_path) < mails, "the killing must not come after the work"
        server.to_recipient = ""
        with worker(env), worker(env):
            wait_until(lambda: sent_count(tmp_path) == mails, 90)
    ids = Counter(message["Message-ID"].strip("<>") for message in server.messages)
    assert set(ids) == {row[0] for row in query(tmp_path, "SELECT message_id FROM notifications_outboxmail")}
    assert ids.total() - len(ids) <= kills


def wait_for_more(data: Path) -> None:
    before = sent_count(data)
    wait_until(lambda: sent_count(data) > before)


def sent_count(data: Path) -> int:
    return int(query(data, "SELECT COUNT(*) FROM notifications_outboxmail WHERE state = 'sent'")[0][0])


def test_a_worker_outlives_an_outage_of_its_database(tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg", reason="no PostgreSQL driver")
    try:
        server = postgresql()
        url = server.__enter__()
    except ServerMissing as missing:
        pytest.skip(str(missing))
    try:
        port = url.rpartition("@")[2].partition("/")[0].partition(":")[2]
        admin = psycopg.connect(host="127.0.0.1", port=port, user="otalink", dbname="template1", autocommit=True)
        env = environment(tmp_path, OTALINK_DATABASE_URL=url)
        run(env, "prepare", "0")
        with admin, worker(env) as process:
            wait_until(lambda: connections_of(admin))
            admin.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'")
            time.sleep(3)
            assert not connections_of(admin)
            assert process.poll() is None
            admin.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS true")
            run(env, "note", "after the outage")
            with psycopg.connect(host="127.0.0.1", port=port, user="otalink", dbname="postgres", autocommit=True) as db:
                done = "SELECT 1 FROM sysconfig_storedvalue WHERE name = 'after the outage'"
                wait_until(lambda: db.execute(done).fetchall())
    finally:
        server.__exit__(None, None, None)


def connections_of(admin: Any) -> int:
    return int(admin.execute("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'postgres'").fetchone()[0])
