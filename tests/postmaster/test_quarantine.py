"""Quarantined mail is whole, listed, and filed at most once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import connection

from otalink.minidesk.models import Article, Queue, Ticket
from otalink.postmaster import commands, quarantine
from otalink.postmaster.intake import Delivery, Outcome, run
from tests.postmaster.builders import mail

DELIVERY = Delivery("a@x.example", ("b@x.example", "c@x.example"))
TO_SALES = "X-OTOBO-Queue: Sales"


def test_it_keeps_the_bytes_the_reason_and_where_the_mail_came_from() -> None:
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=UTC), tick=False):
        item_id = quarantine.keep(b"\0any bytes\xff", replace(DELIVERY, trusted=True), "why")
    item = quarantine.find(item_id)
    assert quarantine.read(item_id) == b"\0any bytes\xff"
    assert (item.reason, item.delivery, item.size) == ("why", replace(DELIVERY, trusted=True), 11)
    assert item.quarantined == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_the_same_mail_lies_there_once_with_what_was_known_first() -> None:
    first = quarantine.keep(b"mail", DELIVERY, "first")
    assert quarantine.keep(b"mail", replace(DELIVERY, trusted=True), "second") == first
    (item,) = quarantine.items()
    assert (item.reason, item.delivery.trusted) == ("first", False)


def test_it_lists_the_oldest_first() -> None:
    for day, raw in ((3, b"c"), (1, b"a"), (2, b"b")):
        with time_machine.travel(datetime(2026, 11, day, tzinfo=UTC), tick=False):
            quarantine.keep(raw, Delivery(), "why")
    assert [quarantine.read(item.id) for item in quarantine.items()] == [b"a", b"b", b"c"]


def test_it_lists_nothing_where_there_is_no_folder_yet() -> None:
    assert commands.quarantine_list() == []


@pytest.mark.parametrize("item_id", ["0" * 24, "../../etc/passwd", "", "x"])
def test_an_id_that_is_not_there_is_refused(item_id: str) -> None:
    with pytest.raises(quarantine.NotInQuarantine):
        quarantine.read(item_id)


def test_a_mail_that_was_being_written_when_the_power_failed_is_not_listed(data_folder: Path) -> None:
    kept = quarantine.keep(b"whole", Delivery(), "why")
    folder = data_folder / "quarantine"
    (folder / "tmpabc").write_bytes(b"half a ma")
    (folder / f"{'1' * 24}.json").write_text("{}")
    assert [item.id for item in quarantine.items()] == [kept]


def test_mail_and_notes_are_nobody_elses_to_read(data_folder: Path) -> None:
    quarantine.keep(b"mail", Delivery(), "why")
    modes = {path.stat().st_mode & 0o777 for path in (data_folder / "quarantine").iterdir()}
    assert modes == {0o600}


def test_deleting_leaves_nothing(data_folder: Path) -> None:
    item_id = quarantine.keep(b"mail", Delivery(), "why")
    assert commands.quarantine_delete(item_id) == {"id": item_id, "deleted": True}
    assert list((data_folder / "quarantine").iterdir()) == []


def test_showing_gives_the_mail_and_what_is_known_of_it() -> None:
    item_id = quarantine.keep(b"Subject: x\n\nHello \xff", DELIVERY, "why")
    shown = commands.quarantine_show(item_id)
    assert shown["mail"] == "Subject: x\n\nHello \ufffd"
    assert (shown["reason"], shown["mail_from"], shown["recipients"]) == (
        "why",
        *(DELIVERY.mail_from, ["b@x.example", "c@x.example"]),
    )


@pytest.mark.django_db
def test_replaying_files_the_mail_once_its_cause_is_gone() -> None:
    run(mail("Hello", TO_SALES), Delivery(trusted=True))
    (item,) = quarantine.items()
    assert commands.quarantine_replay(item.id)["outcome"] == "quarantined"
    assert [kept.id for kept in quarantine.items()] == [item.id]
    Queue.objects.create(name="Sales", email="sales@desk.example", sender_name="Sales")
    answer = commands.quarantine_replay(item.id)
    assert (answer["outcome"], answer["ticket"]) == ("new ticket", Ticket.objects.get().number)
    assert quarantine.items() == []


@pytest.mark.django_db
def test_a_replay_that_broke_off_after_filing_files_nothing_twice() -> None:
    raw = mail()
    item_id = quarantine.keep(raw, Delivery(), "why")
    run(raw)
    assert commands.quarantine_replay(item_id)["outcome"] == "duplicate"
    assert (Article.objects.count(), quarantine.items()) == (1, [])


@pytest.mark.django_db
def test_a_replay_believes_x_otobo_headers_only_of_mail_that_was_trusted() -> None:
    item_id = quarantine.keep(mail("Hello", "X-OTOBO-Title: Forged"), Delivery(), "why")
    commands.quarantine_replay(item_id)
    assert Ticket.objects.get().title == "Printer"


def test_quarantine_works_when_the_database_does_not() -> None:
    """No database access is allowed in this test, so any query fails it."""
    item_id = quarantine.keep(b"mail", Delivery(), "why")
    assert commands.quarantine_list()[0]["id"] == item_id
    commands.quarantine_delete(item_id)


@pytest.mark.django_db(transaction=True)
def test_a_replay_that_must_wait_leaves_the_mail_in_quarantine() -> None:
    item_id = quarantine.keep(mail(), Delivery(), "why")
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE postmaster_claim RENAME TO postmaster_claim_away")
    try:
        answer = commands.quarantine_replay(item_id)
    finally:
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE postmaster_claim_away RENAME TO postmaster_claim")
    assert answer["outcome"] in {Outcome.TRY_LATER, Outcome.QUARANTINED}
    assert [item.id for item in quarantine.items()] == [item_id]
