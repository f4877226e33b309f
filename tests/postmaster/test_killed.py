"""The intake is killed again and again while mail comes in: none is lost, and none is filed twice."""

from __future__ import annotations

import random
import smtplib
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.postmaster.builders import mail
from tests.support.command import Otalink
from tests.support.filed import message_ids, tickets
from tests.support.servers import free_port, wait_for_port

pytestmark = pytest.mark.processes

MAILS, PIPED = 300, 12
KILLS = 8


def _mails(number: int) -> dict[str, bytes]:
    names = [f"{n}@killed.example" for n in range(number)]
    return {name: mail(f"text of {name}", message_id=name, sender=f"{name[:-15]}x@k.example") for name in names}


def _deliver(protocol: type[smtplib.SMTP], port: int, waiting: list[bytes]) -> None:
    """Deliver until all is answered 250, or the server is gone; what was answered is taken from the list."""
    try:
        with protocol("127.0.0.1", port, timeout=20) as client:
            client.ehlo_or_helo_if_needed()
            while waiting:
                client.mail("ann@customer.example")
                client.rcpt("support@localhost")
                if client.data(waiting[0])[0] == 250:
                    waiting.pop(0)
    except (OSError, smtplib.SMTPException):
        return


def _killer(process: subprocess.Popen[str], seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    return timer


def _assert_each_once(data: Path, names: list[str]) -> None:
    assert message_ids(data) == Counter(names)
    assert tickets(data) == len(names)
    assert not (data / "quarantine").exists()


@pytest.mark.parametrize(("word", "protocol"), [("lmtp", smtplib.LMTP), ("smtp", smtplib.SMTP)])
def test_every_mail_answered_250_is_filed_exactly_once_whenever_the_listener_is_killed(
    tmp_path: Path, word: str, protocol: type[smtplib.SMTP]
) -> None:
    otalink, port, chance = Otalink(tmp_path), free_port(), random.Random()
    mails = _mails(MAILS)
    waiting, kills = list(mails.values()), 0
    while waiting:
        with otalink.started("postmaster", word, f"--{word}", f"127.0.0.1:{port}") as process:
            wait_for_port(port, process)  # type: ignore[arg-type]
            # Mail takes some milliseconds each: spread so that the kills fall into the whole run.
            timer = _killer(process, chance.uniform(0.02, 0.4)) if kills < KILLS else None
            _deliver(protocol, port, waiting)
            if timer:
                timer.join()
                kills += 1
    assert kills >= 3
    _assert_each_once(tmp_path, list(mails))


def test_every_piped_mail_is_filed_exactly_once_whenever_its_process_is_killed(tmp_path: Path) -> None:
    otalink, mails, killed = Otalink(tmp_path), _mails(PIPED), 0
    message = tmp_path / "message"
    assert otalink("check").code in {0, 1}  # makes the database
    for number, (name, raw) in enumerate(mails.items()):
        message.write_bytes(raw)
        kill = _kill_once_filed if number % 2 else _kill_at_random
        with otalink.started("postmaster", "read", stdin=message) as process:
            kill(process, tmp_path, name)
            is_taken = process.wait() == 0
        killed += not is_taken
        # As a mail server does: what was not taken is handed in again.
        assert is_taken or otalink("postmaster", "read", stdin=raw.decode()).code == 0
    assert killed >= PIPED / 2
    _assert_each_once(tmp_path, list(mails))


def test_files_whose_reading_is_killed_are_read_again_and_filed_once(tmp_path: Path) -> None:
    otalink, mails, interrupted = Otalink(tmp_path), _mails(MAILS), 0
    paths = [tmp_path / f"{number}.eml" for number in range(len(mails))]
    for path, raw in zip(paths, mails.values(), strict=True):
        path.write_bytes(raw)
    assert otalink("check").code in {0, 1}  # makes the database
    for _ in range(3):
        name = next(name for name in mails if name not in message_ids(tmp_path))
        with otalink.started("postmaster", "read", *map(str, paths)) as process:
            _kill_once_filed(process, tmp_path, name)
        interrupted += len(message_ids(tmp_path)) < MAILS
        if len(message_ids(tmp_path)) == MAILS:
            break
    assert interrupted
    assert otalink("postmaster", "read", *map(str, paths)).code == 0
    _assert_each_once(tmp_path, list(mails))


def _kill_at_random(process: subprocess.Popen[str], _data: Path, _name: str) -> None:
    time.sleep(random.uniform(0.1, 1.2))
    process.kill()


def _kill_once_filed(process: subprocess.Popen[str], data: Path, name: str) -> None:
    """At the worst moment: the mail is filed, and whoever handed it in does not know it yet."""
    while name not in message_ids(data) and process.poll() is None:
        time.sleep(0.002)
    process.kill()
