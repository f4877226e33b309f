"""Importing mbox files and Maildirs: every mail once, in order, with little memory."""

from __future__ import annotations

import io
import mailbox
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from otalink.desk import current
from otalink.minidesk.models import Article
from otalink.postmaster.sources import archives
from otalink.postmaster.sources.archives import NoArchive, Progress, import_archive
from otalink.sysconfig import store
from tests.postmaster.builders import mail
from tests.postmaster.conftest import texts
from tests.support.command import Otalink
from tests.support.filed import message_ids
from tests.support.product import wait_for

pytestmark = pytest.mark.django_db


def _import(path: Path) -> Progress:
    return import_archive(path, trusted=False, report=lambda _progress: None)


def _mbox(path: Path, *mails: bytes) -> Path:
    """Written by Python's own library, line ends and quoting included."""
    box = mailbox.mbox(path)
    for raw in mails:
        box.add(raw)
    box.close()
    return path


def _maildir(path: Path, *mails: bytes) -> Path:
    box = mailbox.Maildir(path, create=True)
    for raw in mails:
        box.add(raw)
    box.close()
    return path


def test_an_mbox_is_filed_in_order(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", mail("first"), mail("second"), mail("third"))
    progress = _import(path)
    assert texts() == ["first", "second", "third"]
    assert (progress.outcomes, progress.done) == ({"new ticket": 3}, path.stat().st_size)


def test_text_that_begins_with_from_stays_in_its_mail(tmp_path: Path) -> None:
    body = "Hello\nFrom here on it burns.\nFrom the start at noon"
    _import(_mbox(tmp_path / "box", mail(body), mail("second")))
    assert texts() == [body, "second"]


def test_an_unquoted_from_in_the_text_divides_no_mail(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(b"From a@x.example Mon Jun  2 10:00:00 2025\n" + mail("One\n\nFrom now on all is well.\n"))
    assert _import(path).mails == 1


def test_an_mbox_with_windows_line_ends_is_read(tmp_path: Path) -> None:
    path = tmp_path / "box"
    line = b"From a@x.example Mon Jun  2 10:00:00 2025\r\n"
    path.write_bytes(line + mail("first") + b"\r\n" + line + mail("second"))
    _import(path)
    assert texts() == ["first", "second"]


def test_an_empty_mbox_is_done_at_once(tmp_path: Path) -> None:
    (tmp_path / "box").touch()
    assert _import(tmp_path / "box").mails == 0


def test_a_maildir_is_filed_in_order_of_delivery(tmp_path: Path) -> None:
    folder = tmp_path / "Maildir"
    mailbox.Maildir(folder, create=True).close()
    (folder / "cur" / "1700000002.b.host:2,S").write_bytes(mail("second"))
    (folder / "new" / "1700000003.c.host").write_bytes(mail("third"))
    (folder / "cur" / "1700000001.a.host:2,").write_bytes(mail("first"))
    (folder / "tmp" / "1700000004.d.host").write_bytes(mail("half a m"))
    assert _import(folder).outcomes == {"new ticket": 3}
    assert texts() == ["first", "second", "third"]
    assert len(list((folder / "cur").iterdir())) == 2


def test_importing_again_files_nothing_twice(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", mail("first"), mail("second"))
    _import(path)
    assert _import(path).outcomes == {"duplicate": 2}
    assert Article.objects.count() == 2


def test_it_stops_where_nothing_can_be_filed_and_goes_on_from_there(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", mail("first"), mail("second"))
    current.select("tests.postmaster.seams.UnavailableDesk")
    try:
        assert _import(path).outcomes == {"try later": 1}
    finally:
        current.select("otalink.minidesk.desk.MiniDesk")
    _import(path)
    assert texts() == ["first", "second"]


def test_mail_that_is_too_large_waits_for_an_operator(tmp_path: Path) -> None:
    store.set_value("PostMasterMaxEmailSize", 1)
    path = _mbox(tmp_path / "box", mail("x" * 1_100_000), mail("small"))
    assert _import(path).outcomes == {"quarantined": 1, "new ticket": 1}


def test_something_else_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Dear all,\nFrom now on\n")
    with pytest.raises(NoArchive, match="is no mbox file"):
        _import(tmp_path / "text")
    with pytest.raises(NoArchive, match="is no Maildir"):
        _import(tmp_path)


def test_a_bar_is_shown_to_people_only() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    progress = Progress(total=10, done=5)
    progress.outcomes["new ticket"] = 5
    for stream in (Terminal(), io.StringIO()):
        report = archives.bar(stream)
        report(progress)
        watched = stream.isatty()
        assert stream.getvalue() == ("\r[###############               ]  50% 5 mails" if watched else "")


@pytest.mark.processes
def test_the_command_says_how_many_mails_had_which_outcome(tmp_path: Path) -> None:
    otalink = Otalink(tmp_path)
    path = _mbox(tmp_path / "box", mail("first"), mail("first", message_id="x@y.example"))
    assert otalink.json("postmaster", "import", str(path)) == {"mails": 2, "new ticket": 2}
    assert otalink.json("postmaster", "import", str(path)) == {"mails": 2, "duplicate": 2}
    missing = otalink("postmaster", "import", str(tmp_path / "none"))
    assert (missing.code, "Traceback" in missing.err) == (1, False)


@pytest.mark.processes
def test_a_hundred_thousand_mails_are_read_with_constant_memory(tmp_path: Path) -> None:
    raw = mail("y" * 4_000).replace(b"\r\n", b"\n")
    path = tmp_path / "box"
    with path.open("wb") as file:
        for _ in range(100_000):
            file.write(b"From a@x.example Mon Jun  2 10:00:00 2025\n" + raw + b"\n")
    read = (
        "import sys, resource\nfrom pathlib import Path\nfrom otalink.cli.prepare import start_django\nstart_django()\n"
        "from otalink.postmaster.sources.archives import _mbox\n"
        "most = lambda: int(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1])\n"
        "before = most()\n"
        "print(sum(1 for _ in _mbox(Path(sys.argv[1]))), most() - before)"
    )
    done = subprocess.run([sys.executable, "-c", read, str(path)], capture_output=True, text=True, check=True)
    mails, kilobytes = map(int, done.stdout.split())
    assert mails == 100_000
    assert kilobytes < 20_000


@pytest.mark.processes
def test_memory_stays_the_same_while_an_archive_is_filed(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", *(mail(f"{number} " + "z" * 20_000) for number in range(1_000)))
    filing = (
        "import sys\nfrom pathlib import Path\nfrom otalink.cli.prepare import start_django\nstart_django()\n"
        "from otalink.cli.prepare import ensure_database\nensure_database()\n"
        "from otalink.postmaster.sources.archives import import_archive\n"
        "now = lambda: int(next(l for l in open('/proc/self/status') if l.startswith('VmRSS')).split()[1])\n"
        "seen = {}\n"
        "look = lambda progress: seen.setdefault(progress.mails, now()) if progress.mails % 100 == 0 else None\n"
        "print(import_archive(Path(sys.argv[1]), trusted=False, report=look).mails, seen[1_000] - seen[200])"
    )
    environ = {**os.environ, "OTALINK_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", filing, str(path)], env=environ, capture_output=True, text=True, check=True
    )
    mails, kilobytes = map(int, done.stdout.split()[-2:])
    assert mails == 1_000
    assert kilobytes < 5_000


@pytest.mark.processes
@pytest.mark.parametrize("kind", ["mbox", "maildir"])
def test_an_import_that_is_killed_again_and_again_files_each_mail_once(tmp_path: Path, kind: str) -> None:
    otalink, killed = Otalink(tmp_path), 0
    mails = {f"{number}@import.example": mail(message_id=f"{number}@import.example") for number in range(200)}
    path = (_mbox if kind == "mbox" else _maildir)(tmp_path / "box", *mails.values())
    assert otalink("check").code in {0, 1}  # makes the database
    for _ in range(3):
        before = len(message_ids(tmp_path))
        with otalink.started("postmaster", "import", str(path)) as process:
            wait_for("mail", lambda before=before: len(message_ids(tmp_path)) > before or None)  # type: ignore[misc]
            time.sleep(random.uniform(0, 0.1))
            process.kill()
        killed += len(message_ids(tmp_path)) < len(mails)
        if len(message_ids(tmp_path)) == len(mails):
            break
    outcomes = otalink.json("postmaster", "import", str(path))
    assert outcomes["mails"] == outcomes.get("new ticket", 0) + outcomes["duplicate"] == len(mails)
    assert message_ids(tmp_path) == Counter(mails.keys())
    assert killed
