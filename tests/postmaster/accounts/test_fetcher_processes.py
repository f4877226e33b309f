"""Fetching as processes of its own: commands, two at once, and killed at random."""

from __future__ import annotations

import random
import smtplib
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box
from tests.support.command import Otalink, terminate, wait_until_ready
from tests.support.dovecot import PASSWORD
from tests.support.filed import message_ids
from tests.support.product import wait_for
from tests.support.servers import free_port

pytestmark = pytest.mark.processes

MAILS, KILLS = 120, 6


def _add(otalink: Otalink, box: Box, name: str, *words: str, protocol: str = "imap") -> None:
    port = str(getattr(box.server, protocol))
    where = ["--host", "127.0.0.1", "--port", port, "--security", "none", "--protocol", protocol, "--existing", "new"]
    words = ("--after", "delete", *words)
    done = otalink("postmaster", "account", "add", name, "--user", box.user, *where, *words, stdin=f"{PASSWORD}\n")
    assert done.code == 0, done


def _wait_for_more_than(before: int, data: Path, process: subprocess.Popen[str]) -> None:
    def look() -> bool | None:
        assert process.poll() is None, (data / "err").read_text()[-2_000:]
        return len(message_ids(data)) > before or None

    wait_for("mail", look)


def _let_the_lease_lapse(data: Path) -> None:
    """A killed process holds its account for a minute; here the minute is over at once."""
    with closing(sqlite3.connect(data / "otalink.sqlite3", timeout=20)) as database, database:
        database.execute("UPDATE postmaster_mailaccount SET lease_until = NULL, next_try = NULL")


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_each_mail_is_filed_exactly_once_whenever_fetching_is_killed(box: Box, tmp_path: Path, protocol: str) -> None:
    otalink, chance = Otalink(tmp_path), random.Random()
    ids = [f"{number}@killed.example" for number in range(MAILS)]
    box.put(*(mail(f"text of {name}", message_id=name, sender=f"{name[:-15]}x@k.example") for name in ids))
    _add(otalink, box, "help", protocol=protocol)
    killed_in_between = 0
    for _ in range(KILLS):
        before = len(message_ids(tmp_path))
        with otalink.started("postmaster", "fetch") as process:
            _wait_for_more_than(before, tmp_path, process)
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
        killed_in_between += len(message_ids(tmp_path)) < MAILS
        _let_the_lease_lapse(tmp_path)
        if len(message_ids(tmp_path)) >= MAILS - 5:
            break
    assert otalink("postmaster", "fetch", "--once").code == 0
    assert message_ids(tmp_path) == Counter(ids)
    assert box.mails() == []
    assert killed_in_between >= 2


def test_two_processes_file_each_mail_once(box: Box, tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    ids = [f"{number}@two.example" for number in range(60)]
    _add(otalink, box, "help")
    with otalink.started("postmaster", "fetch") as one, otalink.started("postmaster", "fetch") as two:
        for name in ids:
            box.put(mail(f"text of {name}", message_id=name))
        wait_for("all mail", lambda: len(message_ids(tmp_path)) == len(ids) or None)
        stopping = [threading.Thread(target=terminate, args=(process,)) for process in (one, two)]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join(12)
        assert (one.returncode, two.returncode) == (0, 0)
    assert message_ids(tmp_path) == Counter(ids)
    assert otalink.json("postmaster", "account", "show", "help")["in_use"] is False


def test_an_account_is_managed_by_command(box: Box, tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    _add(otalink, box, "help", "--after", "move", "--move-to", "Done")
    shown = otalink.json("postmaster", "account", "show", "help")
    assert (shown["host"], shown["move_to"], shown["state"]) == ("127.0.0.1", "Done", "not fetched yet")
    assert PASSWORD not in str(shown)
    assert "signed in" in otalink.json("postmaster", "account", "test", "help")["found"]
    box.put(mail())
    (visit,) = otalink.json("postmaster", "fetch", "--once")
    assert visit == {"account": "help", "outcomes": {"new ticket": 1}, "too_large": 0, "error": ""}
    (listed,) = otalink.json("postmaster", "account", "list")
    assert (listed["name"], listed["state"], listed["last_error"]) == ("help", "working", "")
    otalink.json("postmaster", "account", "set-secret", "help", stdin="wrong\n")
    wrong = otalink("postmaster", "account", "test", "help")
    assert (wrong.code, wrong.err.count("\n")) == (1, 1)
    assert "check user and password" in wrong.err
    assert otalink("postmaster", "fetch", "--once").code == 1
    assert otalink.json("postmaster", "account", "show", "help")["state"] == "failing"
    assert otalink.json("postmaster", "account", "disable", "help")["state"] == "disabled"
    assert otalink.json("postmaster", "fetch", "--once") == []
    assert otalink.json("postmaster", "account", "enable", "help")["state"] == "working"
    assert otalink.json("postmaster", "account", "delete", "help") == {"name": "help", "deleted": True}
    missing = otalink("postmaster", "account", "show", "help")
    assert (missing.code, missing.err) == (1, "otalink: no mail account 'help'\n")


def test_run_fetches_listens_over_smtp_and_ends_in_time(box: Box, tmp_path: Path) -> None:
    otalink, web, port = Otalink(tmp_path), free_port(), free_port()
    _add(otalink, box, "help")
    words = ["--bind", f"127.0.0.1:{web}", "--lmtp", "off", "--smtp", f"127.0.0.1:{port}"]
    with otalink.started("run", *words) as process:
        wait_until_ready(web, process)
        box.put(mail("fetched", message_id="fetched@x.example"))
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            sent = mail("sent", message_id="sent@x.example")
            assert client.sendmail("ann@customer.example", ["support@localhost"], sent) == {}
        wait_for("both mails", lambda: len(message_ids(tmp_path)) == 2 or None)
        assert terminate(process) < 10
    assert set(message_ids(tmp_path)) == {"fetched@x.example", "sent@x.example"}
    assert otalink.json("postmaster", "account", "show", "help")["in_use"] is False
