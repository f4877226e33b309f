"""Formatted text of Outlook is unpacked, and in no time."""

from __future__ import annotations

import struct

from otalink.mail.tnef.container import unpack
from otalink.mail.tnef.rtf import decompress
from tests.mail.tnef import winmail
from tests.mail.tnef.winmail import BINARY, OBJECT, attribute, file, message, prop, props
from tests.support.pace import within


def test_compressed_rtf_is_unpacked() -> None:
    # The example of MS-OXRTFCP 3.1.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompress(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_rtf_made_to_take_long_does_not() -> None:
    packed = (b"\xff" + b"\x00\x0e" * 8) * 28_000
    rtf = struct.pack("<II4sI", len(packed), 20 * len(packed), b"LZFu", 0) + packed
    body = attribute(0x9003, props(prop(0x1009, BINARY, rtf)))
    inside = prop(0x3701, OBJECT, winmail.MESSAGE_INSIDE + message(body))
    packed_files = message(body, body, body, *[file("mail.msg", b"", inside)] * 20)
    found = within(2, lambda: unpack(packed_files))
    assert len(found.rtf) > 3_000_000
