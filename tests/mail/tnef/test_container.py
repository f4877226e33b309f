"""Files and text that Outlook packed into winmail.dat."""

from __future__ import annotations

import contextlib
import struct
import time

import pytest
from tnefparse.tnef import TNEF

from otalink.mail.incoming import parse
from otalink.mail.tnef.container import NotTnef, unpack
from otalink.mail.tnef.rtf import decompress
from tests.mail.tnef import winmail
from tests.mail.tnef.winmail import BINARY, NUMBER, OBJECT, TEXT, UNICODE, attribute, file, message, prop, props
from tests.postmaster.builders import multipart, part
from tests.support.pace import slower

PICTURE = file("Übersicht.png", b"\x89PNG", prop(0x370E, TEXT, b"image/png\0"), prop(0x3712, TEXT, b"<pic@x>\0"))
REPORT = file("report 2026.pdf", b"%PDF-1.4 and more", prop(0x8001, NUMBER, 5, name=b"x\0\0\0"))


def _mail(packed: bytes, text: bytes = b"See the files.") -> bytes:
    return multipart("mixed", part(text), part(packed, "application/ms-tnef; name=winmail.dat"))


def test_packed_files_are_the_files_of_the_mail() -> None:
    parsed = parse(_mail(message(PICTURE, REPORT)))
    assert parsed.text == "See the files."
    assert [(one.filename, one.content_type, one.content_id, one.content) for one in parsed.attachments] == [
        ("Übersicht.png", "image/png", "pic@x", b"\x89PNG"),
        ("report 2026.pdf", "application/pdf", "", b"%PDF-1.4 and more"),
    ]


def test_another_reader_of_the_format_finds_the_same() -> None:
    packed = message(attribute(0x9003, props(prop(0x1000, UNICODE, "Grüße\0".encode("utf-16-le")))), PICTURE, REPORT)
    theirs, ours = TNEF(packed), unpack(packed)
    assert [(one.long_filename().rstrip("\0"), one.data) for one in theirs.attachments] == [
        (one.name, one.content) for one in ours.files
    ]
    assert str(theirs.body).rstrip("\0") == ours.text == "Grüße"


def test_the_packed_text_is_read_where_the_mail_has_none() -> None:
    packed = message(attribute(0x800C, "Grüße\0".encode("cp1252")))
    assert parse(_mail(packed, b"")).text == "Grüße"
    assert parse(_mail(packed, b"Other")).text == "Other"


def test_the_packed_html_is_read_where_the_mail_has_none() -> None:
    markup = "<p>Grüße <b>Ann</b></p>".encode()
    packed = message(attribute(0x9003, props(prop(0x3FDE, NUMBER, 65001), prop(0x1013, BINARY, markup))))
    parsed = parse(_mail(packed, b""))
    assert (parsed.html, parsed.text) == ("<p>Grüße <b>Ann</b></p>", "Grüße Ann")


def test_formatted_text_alone_is_kept_as_a_file() -> None:
    rtf = rb"{\rtf1 Hello}"
    packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    parsed = parse(_mail(message(attribute(0x9003, props(prop(0x1009, BINARY, packed))))))
    assert [(one.filename, one.content) for one in parsed.attachments] == [("message.rtf", rtf)]


def test_compressed_rtf_is_unpacked() -> None:
    # The example of MS-OXRTFCP 3.1.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompress(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


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
    parsed = parse(_mail(message(outer, PICTURE)))
    assert [(one.filename, one.content) for one in parsed.attachments] == [
        ("Re_ offer.txt", b"Inner text"),
        ("report 2026.pdf", b"%PDF-1.4 and more"),
        ("Übersicht.png", b"\x89PNG"),
    ]


@pytest.mark.parametrize("packed", [b"", b"no TNEF", message(REPORT)[:-40], message()[:6], message()])
def test_a_broken_or_empty_winmail_dat_stays_a_file(packed: bytes) -> None:
    raw = _mail(packed)
    assert [(one.filename, one.content) for one in parse(raw).attachments] == [("winmail.dat", packed)]


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
    started = time.thread_time()
    with contextlib.suppress(NotTnef):
        unpack(packed)
    assert time.thread_time() - started < 1 * slower()


def test_rtf_made_to_take_long_does_not() -> None:
    packed = (b"\xff" + b"\x00\x0e" * 8) * 28_000
    rtf = struct.pack("<II4sI", len(packed), 20 * len(packed), b"LZFu", 0) + packed
    body = attribute(0x9003, props(prop(0x1009, BINARY, rtf)))
    inside = prop(0x3701, OBJECT, winmail.MESSAGE_INSIDE + message(body))
    started = time.thread_time()
    found = unpack(message(body, body, body, *[file("mail.msg", b"", inside)] * 20))
    assert time.thread_time() - started < 2 * slower()
    assert len(found.rtf) > 3_000_000


def test_a_packed_name_leads_nowhere() -> None:
    (one,) = parse(_mail(message(file("..\\..\\evil\u202excod.exe", b"MZ")))).attachments
    assert one.filename == "evilxcod.exe"
