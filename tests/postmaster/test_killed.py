"""The intake is killed again and again while mail comes in: none is lost, and none is filed twice."""

from __future__ import annotations

import random
import smtplib
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.postmaster.builders import mail
from tests.support.command import Otalink
from tests.support.servers import free_port, wait_for_port

pytestmark = pytest.mark.processes

MAILS = 300
KILLS = 8


def _deliver(port: int, waiting: list[tuple[str, bytes]]) -> None:
    """Deliver until all is answered 250, or the server is gone; what was answered is taken from the list."""
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as client:
            client.ehlo_or_helo_if_needed()
            while waiting:
                client.mail("ann@customer.example")
                client.rcpt("support@localhost")
                if client.data(waiting[0][1])[0] == 250:
                    waiting.pop(0)
    except (OSError, smtplib.SMTPException):
        return


def _killer(process: subprocess.Popen[str], seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    return timer


def test_every_mail_answered_250_is_filed_exactly_once_whenever_the_intake_is_killed(tmp_path: Path) -> None:
    otalink, port, chance = Otalink(tmp_path), free_port(), random.Random()
    ids = [f"{number}@killed.example" for number in range(MAILS)]
    waiting = [(name, mail(f"text of {name}", message_id=name, sender=f"{name[:-15]}x@k.example")) for name in ids]
    kills = 0
    while waiting:
        with otalink.started("postmaster", "lmtp", "--lmtp", f"127.0.0.1:{port}") as process:
            wait_for_port(port, process)  # type: ignore[arg-type]
            # Mail takes some milliseconds each: spread so that the kills fall into the whole run.
            timer = _killer(process, chance.uniform(0.02, 0.4)) if kills < KILLS else None
            _deliver(port, waiting)
            if timer:
                timer.join()
                kills += 1
    with closing(sqlite3.connect(tmp_path / "otalink.sqlite3")) as database:
        filed = database.execute("SELECT message_id, COUNT(*) FROM minidesk_article GROUP BY message_id").fetchall()
        (tickets,) = database.execute("SELECT COUNT(*) FROM minidesk_ticket").fetchone()
    assert kills >= 3
    assert sorted(filed) == sorted((name, 1) for name in ids)
    assert tickets == MAILS
    assert not (tmp_path / "quarantine").exists()
