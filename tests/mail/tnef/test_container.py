"""Files and text that Outlook packed into winmail.dat."""

from __future__ import annotations

import contextlib
import struct

import pytest
from tnefparse.tnef import TNEF

from otalink.mail.incoming import parse
from otalink.mail.tnef.container import NotTnef, unpack
from tests.mail.tnef import winmail
from tests.mail.tnef.winmail import (
    BINARY,
    NUMBER,
    OBJECT,
    PICTURE,
    REPORT,
    TEXT,
    UNICODE,
    attribute,
    in_mail,
    message,
    prop,
    props,
)
from tests.support.pace import within


def test_another_reader_of_the_format_finds_the_same() -> None:
    packed = message(attribute(0x9003, props(prop(0x1000, UNICODE, "Grüße\0".encode("utf-16-le")))), PICTURE, REPORT)
    theirs, ours = TNEF(packed), unpack(packed)
    assert [(one.long_filename().rstrip("\0"), one.data) for one in theirs.attachments] == [
        (one.name, one.content) for one in ours.files
    ]
    assert str(theirs.body).rstrip("\0") == ours.text == "Grüße"


def test_the_packed_text_is_read_where_the_mail_has_none() -> None:
    packed = message(attribute(0x800C, "Grüße\0".encode("cp1252")))
    assert parse(in_mail(packed, b"")).text == "Grüße"
    assert parse(in_mail(packed, b"Other")).text == "Other"


def test_the_packed_html_is_read_where_the_mail_has_none() -> None:
    markup = "<p>Grüße <b>Ann</b></p>".encode()
    packed = message(attribute(0x9003, props(prop(0x3FDE, NUMBER, 65001), prop(0x1013, BINARY, markup))))
    parsed = parse(in_mail(packed, b""))
    assert (parsed.html, parsed.text) == ("<p>Grüße <b>Ann</b></p>", "Grüße Ann")


def test_a_message_inside_gives_its_text_and_its_files() -> None:
    inner = message(attribute(0x800C, b"Inner text\0"), REPORT)
    outer = attribute(0x9002, bytes(14), level=2) + attribute(
        0x9005,
        props(
            prop(0x3707, TEXT, b"Re: offer\0"),
            prop(0x3701, OBJECT, winmail.MESSAGE_INSIDE + inner),
        ),
        level=2,
    )
    parsed = parse(in_mail(message(outer, PICTURE)))
    assert [(one.filename, one.content) for one in parsed.attachments] == [
        ("Re_ offer.txt", b"Inner text"),
        ("report 2026.pdf", b"%PDF-1.4 and more"),
        ("Übersicht.png", b"\x89PNG"),
    ]


@pytest.mark.parametrize(
    "packed",
    [
        message(attribute(0x9003, struct.pack("<I", 0xFFFFFFFF) + bytes(1_000_000))),
        message(attribute(0x9003, props(struct.pack("<HHI", 0x1003, 0x1000, 0xFFFFFFFF) + bytes(1_000_000)))),
        message(*[attribute(0x800F, b"", level=2)] * 100_000),
        message(attribute(0x9004, struct.pack("<I", 0xFFFFFFFF) + bytes(100_000))),
    ],
    ids=["properties", "values", "attributes", "recipients"],
)
def test_counts_made_to_take_long_do_not(packed: bytes) -> None:
    def unpacked() -> None:
        with contextlib.suppress(NotTnef):
            unpack(packed)

    within(1, unpacked)
