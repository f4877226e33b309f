"""`otalink run` and `otalink worker` beside OTOBO, as processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.otobo.fake import mails
from tests.otobo.fake.core import Otobo
from tests.support.product import Product, product, wait_for
from tests.support.servers import end

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("otobo_kind", ["MariaDB"], indirect=True)]


@pytest.fixture
def beside_otobo(tmp_path: Path, otobo: Otobo, reader_url: str) -> Iterator[Product]:
    """A product that is not started yet."""
    environ = {
        "OTALINK_DESK": "otobo",
        "OTALINK_OTOBO_DATABASE_URL": reader_url,
        "OTALINK_OTOBO_REST_URL": "http://127.0.0.1:1/Webservice/otalink",
        "OTALINK_OTOBO_REST_USER": "otalink-api",
        "OTALINK_OTOBO_REST_PASSWORD": "unused",
    }
    with product(tmp_path / "data", **environ) as made:
        yield made


def start(made: Product) -> None:
    made.start("run", "--bind", f"127.0.0.1:{made.web_port}")
    wait_for("the watcher", lambda: owner(made) or None)


def rows(made: Product, sql: str) -> list[tuple[object, ...]]:
    file = made.data / "otalink.sqlite3"
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        try:
            return database.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return []  # not made yet


def owner(made: Product) -> str:
    """Who watches: host, process, a random word."""
    begun = "SELECT owner FROM otobo_watcherposition WHERE history_id IS NOT NULL"
    return "".join(str(name) for (name,) in rows(made, begun))


def seen(made: Product, number: str) -> bool:
    return bool(rows(made, f"SELECT 1 FROM otobo_mirrorentry WHERE ticket_number = '{number}'"))


def test_it_watches_and_takes_no_mail(beside_otobo: Product, otobo: Otobo) -> None:
    start(beside_otobo)
    number = mails.new_ticket(otobo).number
    wait_for("the ticket", lambda: seen(beside_otobo, number) or None)
    with socket.socket() as probe:
        probe.settimeout(1)
        assert probe.connect_ex(("127.0.0.1", 2424)) != 0
    assert "LMTP" not in beside_otobo.log()
    assert "Traceback" not in beside_otobo.log()


def test_agents_are_told_that_they_work_in_otobo(beside_otobo: Product) -> None:
    start(beside_otobo)
    # At the base URL OTOBO's web server answers, which passes no agents' pages on.
    told = re.search(r"Sign in at (\S+) as admin with the password (\S+)", beside_otobo.log())
    assert told
    assert told[1] == f"http://127.0.0.1:{beside_otobo.web_port}/admin/"
    browser = requests.Session()
    page = browser.get(f"{beside_otobo.base_url}/desk/", timeout=30)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    form = {"username": "admin", "password": told[2], "csrfmiddlewaretoken": token[1]}
    page = browser.post(page.url, data=form, timeout=30)
    assert (page.status_code, page.url) == (200, f"{beside_otobo.base_url}/desk/")
    assert "Agents work in OTOBO" in page.text
    settings = browser.get(f"{beside_otobo.base_url}/admin/", timeout=30)
    assert settings.status_code == 200
    assert "/admin/minidesk/" not in settings.text
    assert "/admin/tokens/token/" in settings.text


def test_a_watcher_that_was_killed_is_replaced(beside_otobo: Product, otobo: Otobo) -> None:
    start(beside_otobo)
    first = owner(beside_otobo)
    other = Product(beside_otobo.data, beside_otobo.web_port, 0, beside_otobo.environ)
    log = (beside_otobo.data / "worker.txt").open("ab")
    other.process = subprocess.Popen(other.otalink("worker"), env=other.environ, stdout=log, stderr=log)
    log.close()
    try:
        os.kill(int(first.split(":")[1]), signal.SIGKILL)
        number = mails.new_ticket(otobo).number
        wait_for("the ticket", lambda: seen(beside_otobo, number) or None)
        assert owner(beside_otobo) != first
    finally:
        end(other.process)


def test_a_database_that_is_away_at_the_start_is_waited_for(beside_otobo: Product) -> None:
    url = beside_otobo.environ["OTALINK_OTOBO_DATABASE_URL"]
    beside_otobo.environ["OTALINK_OTOBO_DATABASE_URL"] = re.sub(r":\d+/", ":1/", url)
    beside_otobo.start("run", "--bind", f"127.0.0.1:{beside_otobo.web_port}")
    wait_for("word of it", lambda: "the watcher waits" in beside_otobo.log() or None)
    assert requests.get(f"{beside_otobo.base_url}/healthz", timeout=30).status_code == 200
    assert "Traceback" not in beside_otobo.log()
