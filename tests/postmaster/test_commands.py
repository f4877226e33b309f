"""What the commands about quarantine answer."""

from __future__ import annotations

from pathlib import Path

from otalink.postmaster import commands, quarantine
from otalink.postmaster.intake import Delivery

DELIVERY = Delivery("a@x.example", ("b@x.example", "c@x.example"))


def test_it_lists_nothing_where_there_is_no_folder_yet() -> None:
    assert commands.quarantine_list() == []


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
