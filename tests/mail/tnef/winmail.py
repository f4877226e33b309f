"""Builds winmail.dat files as Outlook packs them, for the tests of reading them."""

from __future__ import annotations

import struct

from tests.postmaster.builders import multipart, part

TEXT, UNICODE, OBJECT, BINARY, NUMBER = 0x1E, 0x1F, 0xD, 0x102, 0x3
MESSAGE_INSIDE = bytes.fromhex("0703020000000000c000000000000046")


def attribute(number: int, content: bytes, level: int = 1, kind: int = 6) -> bytes:
    """One attribute with its checksum."""
    head = struct.pack("<BHHI", level, number, kind, len(content))
    return head + content + struct.pack("<H", sum(content) & 0xFFFF)


def prop(number: int, kind: int, value: bytes | int, name: bytes = b"") -> bytes:
    """One property; `name` makes it a named one."""
    named = bytes(16) + struct.pack("<II", 1, len(name)) + name + bytes(-len(name) % 4) if name else b""
    head = struct.pack("<HH", kind, number) + named
    if isinstance(value, int):
        return head + struct.pack("<I", value)
    return head + struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)


def props(*of: bytes) -> bytes:
    """A block of properties."""
    return struct.pack("<I", len(of)) + b"".join(of)


def file(name: str, content: bytes, *more: bytes) -> bytes:
    """The attributes of a packed file, its long name in Unicode."""
    long_name = prop(0x3707, UNICODE, f"{name}\0".encode("utf-16-le"))
    return (
        attribute(0x9002, bytes(14), level=2)
        + attribute(0x8010, b"SHORT~1.DAT\0", level=2)
        + attribute(0x800F, content, level=2)
        + attribute(0x9005, props(long_name, *more), level=2)
    )


def message(*attributes: bytes) -> bytes:
    """A whole file."""
    head = struct.pack("<IH", 0x223E9F78, 1)
    oem = attribute(0x9007, struct.pack("<II", 1252, 0))
    return head + attribute(0x9006, struct.pack("<I", 0x10000), kind=8) + oem + b"".join(attributes)


PICTURE = file("Übersicht.png", b"\x89PNG", prop(0x370E, TEXT, b"image/png\0"), prop(0x3712, TEXT, b"<pic@x>\0"))
REPORT = file("report 2026.pdf", b"%PDF-1.4 and more", prop(0x8001, NUMBER, 5, name=b"x\0\0\0"))


def in_mail(packed: bytes, text: bytes = b"See the files.") -> bytes:
    """A mail that carries a winmail.dat."""
    return multipart("mixed", part(text), part(packed, "application/ms-tnef; name=winmail.dat"))
