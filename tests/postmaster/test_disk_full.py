"""A disk without room: the mail is not taken, and nothing of it is kept."""

from __future__ import annotations

import smtplib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.minidesk.models import Article, Ticket
from otalink.postmaster.intake import Outcome, run
from otalink.postmaster.models import Claim
from otalink.postmaster.sources.lmtp import serve
from tests.postmaster.builders import mail, multipart, part
from tests.postmaster.filters.support import STUBBORN, fails_on_stubborn_mail
from tests.support.command import Otalink

LARGE = multipart("mixed", part(b"see file"), part(b"0123456789" * 300_000, "application/pdf; name=a.pdf"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"mounting a small disk needs root: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4_096)
        except OSError:
            return filler


@pytest.mark.django_db
def test_an_attachment_that_finds_no_room_means_try_later_and_nothing_is_kept(
    small_disk: Path, settings: Settings
) -> None:
    settings.OTALINK_DATA = small_disk
    assert run(LARGE).outcome is Outcome.TRY_LATER
    assert (Ticket.objects.count(), Article.objects.count(), Claim.objects.count()) == (0, 0, 0)
    assert [path for path in small_disk.rglob("*") if path.is_file() and path.stat().st_size] == []


@pytest.mark.django_db
def test_a_quarantine_that_finds_no_room_means_try_later(small_disk: Path, settings: Settings) -> None:
    settings.OTALINK_DATA = small_disk
    _fill(small_disk)
    fails_on_stubborn_mail()
    assert run(mail(subject=STUBBORN)).outcome is Outcome.TRY_LATER


@pytest.mark.django_db(transaction=True)
def test_over_lmtp_a_full_disk_is_451_and_the_mail_is_taken_once_there_is_room(
    small_disk: Path, settings: Settings, data_folder: Path
) -> None:
    settings.OTALINK_DATA = small_disk
    server = serve("127.0.0.1", 0)
    try:
        with smtplib.LMTP("127.0.0.1", server.port, timeout=30) as client:
            client.ehlo_or_helo_if_needed()
            codes = []
            for folder in (small_disk, data_folder):
                settings.OTALINK_DATA = folder
                client.mail("a@x.example")
                client.rcpt("support@localhost")
                codes.append(client.data(LARGE)[0])
    finally:
        server.stop()
    assert codes == [451, 250]
    assert Ticket.objects.count() == 1


@pytest.mark.processes
def test_a_database_that_finds_no_room_means_exit_75_and_the_mail_is_taken_once_there_is_room(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    otalink = Otalink(small_disk)
    otalink.file_mail("first")
    filler = _fill(small_disk)
    raw = mail("x" * 400_000, subject="second").decode()
    assert otalink("postmaster", "read", "--json", stdin=raw).code == 75
    filler.unlink()
    assert otalink.json("postmaster", "read", stdin=raw)["outcome"] == "new ticket"
    assert len(otalink.json("ticket", "list")) == 2
