"""Packed files are files of the mail, by name and type."""

from __future__ import annotations

import struct

import pytest

from otalink.mail.incoming import parse
from tests.mail.tnef.winmail import (
    BINARY,
    PICTURE,
    REPORT,
    attribute,
    file,
    in_mail,
    message,
    prop,
    props,
)


def test_packed_files_are_the_files_of_the_mail() -> None:
    parsed = parse(in_mail(message(PICTURE, REPORT)))
    assert parsed.text == "See the files."
    assert [(one.filename, one.content_type, one.content_id, one.content) for one in parsed.attachments] == [
        ("Übersicht.png", "image/png", "pic@x", b"\x89PNG"),
        ("report 2026.pdf", "application/pdf", "", b"%PDF-1.4 and more"),
    ]


def test_formatted_text_alone_is_kept_as_a_file() -> None:
    rtf = rb"{\rtf1 Hello}"
    packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    parsed = parse(in_mail(message(attribute(0x9003, props(prop(0x1009, BINARY, packed))))))
    assert [(one.filename, one.content) for one in parsed.attachments] == [("message.rtf", rtf)]


@pytest.mark.parametrize("packed", [b"", b"no TNEF", message(REPORT)[:-40], message()[:6], message()])
def test_a_broken_or_empty_winmail_dat_stays_a_file(packed: bytes) -> None:
    raw = in_mail(packed)
    assert [(one.filename, one.content) for one in parse(raw).attachments] == [("winmail.dat", packed)]


def test_a_packed_name_leads_nowhere() -> None:
    (one,) = parse(in_mail(message(file("..\\..\\evil\u202excod.exe", b"MZ")))).attachments
    assert one.filename == "evilxcod.exe"
