"""Quarantined mail is whole and listed, whatever else fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from otalink.postmaster import commands, quarantine
from otalink.postmaster.intake import Delivery

DELIVERY = Delivery("a@x.example", ("b@x.example", "c@x.example"))


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


def test_quarantine_works_when_the_database_does_not() -> None:
    """No database access is allowed in this test, so any query fails it."""
    item_id = quarantine.keep(b"mail", Delivery(), "why")
    assert commands.quarantine_list()[0]["id"] == item_id
    commands.quarantine_delete(item_id)
