"""Invitations are kept, and their event is named."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import multipart, part

EVENT = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700329T030000\r\nEND:VTIMEZONE\r\n"
    b"BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20261123T090000\r\nDTEND;TZID=Europe/Berlin:20261123T103000\r\n"
    b"SUMMARY:Repair\\, printer in\r\n  room 12\r\nLOCATION:Main building\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invitation_is_kept_and_its_event_named() -> None:
    parsed = parse(multipart("mixed", part(b"See you!"), part(EVENT, "text/calendar; method=REQUEST")))
    line = "Invitation: Repair, printer in room 12, 2026-11-23 09:00 to 10:30 (Europe/Berlin), Main building"
    assert parsed.text == f"See you!\n\n{line}"
    assert [(file.filename, file.content) for file in parsed.attachments] == [("invitation.ics", EVENT)]


def test_an_invitation_whose_mail_names_the_event_needs_no_further_line() -> None:
    parsed = parse(multipart("mixed", part(b"Repair, printer in room 12"), part(EVENT, "text/calendar")))
    assert parsed.text == "Repair, printer in room 12"


def test_an_invitation_is_named_in_the_html_too() -> None:
    parsed = parse(multipart("alternative", part(b"<p>Come</p>", "text/html"), part(EVENT, "text/calendar")))
    assert "<p>Invitation: Repair, printer" in parsed.html
    assert parsed.text.startswith("Come\n\nInvitation: Repair")


@pytest.mark.parametrize("content", [b"", b"BEGIN:VEVENT", b"BEGIN:VEVENT\nSUMMARY:\nEND:VEVENT", b"\xff\0" * 5_000])
def test_a_calendar_that_says_nothing_is_just_a_file(content: bytes) -> None:
    assert parse(multipart("mixed", part(b"Hi"), part(content, "text/calendar; name=a.ics"))).text == "Hi"
