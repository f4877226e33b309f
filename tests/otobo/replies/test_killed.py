"""The process that files replies is killed at random: none is lost, none is filed twice."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.otobo.fake import mails
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.support import customer_articles
from tests.support.product import wait_for

_PROCESS = str(Path(__file__).with_name("filing_process.py"))
_ROOT = Path(__file__).parents[3]
_COUNT, _TICKETS, _KILLS = 60, 4, 5


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


@contextmanager
def _process(environ: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, _PROCESS, *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, cwd=_ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def _new_filer(maker: subprocess.Popen[str]) -> int:
    assert maker.stdin
    maker.stdin.write("another\n")
    maker.stdin.flush()
    return int(_heard(maker))


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_for("its end", lambda: None if _lives(pid) else True)


@pytest.mark.processes
def test_a_process_killed_at_random_loses_and_doubles_no_reply(
    otobo: Otobo, reader_url: str, rest: Rest, tmp_path: Path
) -> None:
    environ, chance = _environ(tmp_path, reader_url, rest), random.Random()
    # What is held up on one ticket holds the others up no more.
    tickets = [mails.new_ticket(otobo) for _ in range(_TICKETS)]
    rest.faults.seconds = 0.05
    deadline = time.monotonic() + 240
    kills = 0
    with (
        _process(environ, "write", str(_COUNT), *(ticket.number for ticket in tickets)) as writer,
        _process(environ, "file") as maker,
    ):
        assert _heard(writer) == "ready"
        while writer.poll() is None or _waiting(tmp_path):
            filer = _new_filer(maker)
            time.sleep(chance.uniform(0.3, 2.0))
            while kills >= _KILLS and _lives(filer) and _waiting(tmp_path):
                assert time.monotonic() < deadline, f"{_waiting(tmp_path)} replies wait"
                time.sleep(0.2)
            _kill(filer)
            kills += 1
        assert writer.wait() == 0
    time.sleep(1.0)  # what was under way when the last one was killed
    for place, ticket in enumerate(tickets):
        written = [f"reply {count}." for count in range(place, _COUNT, _TICKETS)]
        assert customer_articles(otobo, ticket) == written, "each once, in the order in which they were written"
    assert kills > 1
