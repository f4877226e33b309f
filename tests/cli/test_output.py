"""How answers are printed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from otalink.cli.output import as_json, as_text
from otalink.customers.types import CustomerUser


def test_json_holds_times_in_utc_and_dataclasses_as_objects() -> None:
    document = {"at": datetime(2025, 6, 1, 12, tzinfo=UTC), "who": CustomerUser("a", "a", "a", "Ä", "")}
    read = json.loads(as_json(document))
    assert read["at"] == "2025-06-01T12:00:00+00:00"
    assert read["who"]["first_name"] == "Ä"


def test_records_become_a_table_with_a_line_each() -> None:
    lines = as_text([{"login": "ann", "valid": True, "closed": None}, {"login": "robert", "valid": False}]).splitlines()
    assert lines == [
        "login   valid  closed",
        "------  -----  ------",
        "ann     yes    -",
        "robert  no     -",
    ]


def test_a_cell_that_would_break_the_table_is_cut_and_kept_on_one_line() -> None:
    *_, last = as_text([{"text": "a\nb" + "c" * 200}]).splitlines()
    assert last.startswith("a bc")
    assert last.endswith("\u2026")
    assert len(last) == 80


def test_no_records_are_said_to_be_none() -> None:
    assert as_text([]) == "none"


def test_a_record_is_told_line_by_line_with_what_it_contains() -> None:
    record = {"customer_user": "ann", "articles": [{"id": 1, "text": "one\ntwo"}], "problems": ["a", "b"]}
    assert as_text(record).splitlines() == [
        "customer user: ann",
        "articles:",
        "  - id: 1",
        "    text:",
        "        one",
        "        two",
        "problems:",
        "  - a",
        "  - b",
    ]
