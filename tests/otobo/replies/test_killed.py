"""The process that files replies is killed at random: none is lost, none is filed twice."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.otobo.fake import mails
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.support import customer_articles

_PROCESS = str(Path(__file__).with_name("filing_process.py"))
_ROOT = Path(__file__).parents[3]
_COUNT = 60


def _environ(folder: Path, reader_url: str, rest: Rest) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}",
        "OTALINK_DATA": str(folder),
        "OTALINK_DATABASE_URL": f"sqlite:///{folder}/otalink.sqlite3",
        "OTALINK_DESK": "otobo",
        "OTALINK_OTOBO_DATABASE_URL": reader_url,
        "OTALINK_OTOBO_REST_URL": rest.url,
        "OTALINK_OTOBO_REST_USER": rest.agent.login,
        "OTALINK_OTOBO_REST_PASSWORD": rest.agent.password,
    }


def _waiting(folder: Path) -> int:
    with sqlite3.connect(folder / "otalink.sqlite3") as database:
        found = int(database.execute("SELECT COUNT(*) FROM otobo_queuedreply WHERE state = 'waiting'").fetchone()[0])
    database.close()
    return found


@pytest.mark.processes
def test_a_process_killed_at_random_loses_and_doubles_no_reply(
    otobo: Otobo, reader_url: str, rest: Rest, tmp_path: Path
) -> None:
    environ, chance = _environ(tmp_path, reader_url, rest), random.Random()
    ticket = mails.new_ticket(otobo)
    rest.faults.seconds = 0.05

    def run(*words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, _PROCESS, *words], env=environ, cwd=_ROOT)

    assert run("migrate").wait(120) == 0
    writer = run("write", ticket.number, "0", str(_COUNT))
    deadline = time.monotonic() + 240
    kills = 0
    while writer.poll() is None or _waiting(tmp_path):
        assert time.monotonic() < deadline, f"{_waiting(tmp_path)} replies wait"
        filer = run("file")
        time.sleep(chance.uniform(1.5, 4.0))
        while kills >= 5 and filer.poll() is None and _waiting(tmp_path):
            assert time.monotonic() < deadline, f"{_waiting(tmp_path)} replies wait"
            time.sleep(0.2)
        filer.kill()
        filer.wait()
        kills += 1
    assert writer.wait() == 0
    time.sleep(1.0)  # what was under way when the last one was killed
    assert sorted(customer_articles(otobo, ticket)) == sorted(f"reply {count}." for count in range(_COUNT))
    assert kills > 1
