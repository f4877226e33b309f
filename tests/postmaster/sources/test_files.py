"""Mail from files and standard input."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from otalink.minidesk.models import Article, Ticket
from otalink.postmaster import commands, quarantine
from otalink.postmaster.intake import Outcome
from otalink.sysconfig import store
from tests.postmaster.builders import mail

pytestmark = pytest.mark.django_db


def _write(folder: Path, *mails: bytes) -> list[Path]:
    paths = [folder / f"{number}.eml" for number, _ in enumerate(mails)]
    for path, raw in zip(paths, mails, strict=True):
        path.write_bytes(raw)
    return paths


def test_each_file_is_one_mail_with_one_result(tmp_path: Path) -> None:
    results = commands.read(_write(tmp_path, mail(subject="a"), mail(subject="b")), trusted=True)
    assert [result.outcome for result in results] == [Outcome.NEW_TICKET] * 2
    assert [Ticket.objects.get(number=result.ticket).title for result in results] == ["a", "b"]


def test_without_files_standard_input_is_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(mail(subject="piped"))))
    (result,) = commands.read([], trusted=True)
    assert Ticket.objects.get(number=result.ticket).title == "piped"


@pytest.mark.parametrize(("trusted", "title"), [(True, "Wanted"), (False, "Printer")])
def test_x_otobo_headers_count_unless_the_source_is_untrusted(trusted: bool, title: str, tmp_path: Path) -> None:
    commands.read(_write(tmp_path, mail("Hello", "X-OTOBO-Title: Wanted")), trusted=trusted)
    assert Ticket.objects.get().title == title


def test_a_mail_over_the_limit_waits_whole_in_quarantine(tmp_path: Path) -> None:
    store.set_value("PostMasterMaxEmailSize", 1)
    raw = mail("x" * 1_100_000)
    (result,) = commands.read(_write(tmp_path, raw), trusted=True)
    (item,) = quarantine.items()
    assert result.outcome is Outcome.QUARANTINED
    assert "larger than" in item.reason
    assert quarantine.read(item.id) == raw


def test_a_file_that_cannot_be_read_stops_before_anything_is_taken(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        commands.read([*_write(tmp_path, mail()), tmp_path / "missing.eml"], trusted=True)
    assert not Article.objects.exists()
