"""No mail older than a few days is answered, whatever the source, unless somebody says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from otalink.minidesk.models import History
from otalink.postmaster import intake, quarantine, replay
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.outcome import Outcome
from otalink.postmaster.sources import archives, files
from otalink.sysconfig import store
from tests.postmaster.builders import ANN

pytestmark = pytest.mark.django_db(transaction=True)


def written(days_ago: float | None, *, received: float | None = None, id_: str = "one") -> bytes:
    """A mail with a Date, and a Received at the top, of so many days ago; None leaves the header out."""
    lines = [f"From: {ANN}", "To: support@localhost", "Subject: Printer", f"Message-ID: <{id_}@customer.example>"]
    if days_ago is not None:
        lines.append(f"Date: {_day(days_ago)}")
    if received is not None:
        lines.insert(0, f"Received: from a.example by mx.desk.example\r\n\twith ESMTP id x; {_day(received)}")
        lines.insert(1, f"Received: from b.example by a.example; {_day(1_000)}")
    return "\r\n".join([*lines, "", "It burns.", ""]).encode()


def _day(days_ago: float) -> str:
    return format_datetime(datetime.now(UTC) - timedelta(days=days_ago))


def is_answered(raw: bytes, delivery: Delivery | None = None) -> bool:
    assert intake.run(raw, delivery).outcome is Outcome.NEW_TICKET
    return History.objects.get().notify


@pytest.mark.parametrize(
    ("days_ago", "received", "answered"),
    [
        (0, None, True),
        (730, None, False),
        (None, None, True),
        (-730, None, True),  # a clock that goes ahead makes nothing old
        (730, 0, True),  # a forged Date keeps no answer back
        (0, 730, False),  # ... and brings none on
        (4, 4, True),
        (6, 6, False),
    ],
)
def test_what_the_nearest_server_says_counts_and_else_the_date(
    days_ago: float | None, received: float | None, answered: bool
) -> None:
    assert is_answered(written(days_ago, received=received)) is answered


def test_a_mailbox_can_make_mail_older_and_never_newer() -> None:
    long_ago = datetime.now(UTC) - timedelta(days=730)
    assert not is_answered(written(0, received=0), Delivery(arrived=long_ago))


def test_mail_that_was_moved_yesterday_stays_old() -> None:
    assert not is_answered(written(730, received=730), Delivery(arrived=datetime.now(UTC)))


def test_the_setting_says_after_how_many_days_and_none_means_never() -> None:
    store.set_value("PostMaster::AnswerDays", 0)
    assert is_answered(written(730))


def test_old_mail_from_a_file_is_filed_and_not_answered(tmp_path: Path) -> None:
    (tmp_path / "old.eml").write_bytes(written(730))
    assert files.read([tmp_path / "old.eml"], trusted=False)[0].outcome is Outcome.NEW_TICKET
    assert not History.objects.get().notify


def test_an_old_follow_up_neither_notifies_nor_reopens() -> None:
    ticket = intake.run(written(0)).ticket
    intake.run(written(30, id_="two").replace(b"Subject: Printer", f"Subject: Re: [Ticket#{ticket}] x".encode()))
    assert History.objects.order_by("id").last().notify is False  # type: ignore[union-attr]


def test_an_import_that_is_to_notify_answers_mail_of_any_age(tmp_path: Path) -> None:
    (tmp_path / "old.mbox").write_bytes(b"From ann Mon Nov 23 10:00:00 2020\n" + written(730).replace(b"\r\n", b"\n"))
    archives.import_archive(tmp_path / "old.mbox", trusted=False, notify=True, report=lambda _progress: None)
    assert History.objects.get().notify


def test_what_waited_for_an_operator_is_as_old_as_when_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = written(30, received=30)
    item_id = quarantine.keep(raw, Delivery(), "why it lies here")
    note = (quarantine._folder() / f"{item_id}.json").read_text()
    today = quarantine.find(item_id).quarantined.isoformat()
    then = (datetime.now(UTC) - timedelta(days=29)).isoformat()
    (quarantine._folder() / f"{item_id}.json").write_text(note.replace(today, then))
    assert replay.replay(item_id).outcome is Outcome.NEW_TICKET
    assert History.objects.get().notify
