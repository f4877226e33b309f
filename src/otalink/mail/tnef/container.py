"""What Outlook packs into winmail.dat (TNEF, MS-OXTNEF): files, and the text where the mail has no other.

Written for mail from strangers: one pass over the bytes, no count in them is believed further than there are bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from otalink.mail.charsets import clean, decode
from otalink.mail.tnef.mapi import Properties, read_properties
from otalink.mail.tnef.rtf import decompress

_SIGNATURE = 0x223E9F78
_HEAD = struct.Struct("<BHHI")
_MAX_ATTRIBUTES = 5_000
_MAX_DEPTH = 3
# Bytes of packed RTF, of all messages together: to unpack them takes most of the time.
_MAX_RTF = 1_000_000

# Attributes by their number.
_BODY, _ATTACH_DATA, _ATTACH_TITLE, _ATTACH_START = 0x800C, 0x800F, 0x8010, 0x9002
_MAPI_PROPERTIES, _ATTACH_PROPERTIES, _OEM_CODEPAGE = 0x9003, 0x9005, 0x9007
# Properties by their number.
_P_BODY, _P_RTF, _P_HTML, _P_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_DATA, _P_NAME, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
# What precedes a whole message that is attached.
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


class NotTnef(ValueError):
    """These bytes are no TNEF, or broken."""


@dataclass
class File:
    """A packed file; the name is as sent, and may be empty."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass
class Unpacked:
    """What a winmail.dat holds. `rtf` is the text in that format, `text` and `html` are often empty."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[File] = field(default_factory=list)


@dataclass
class _Room:
    """What may still be unpacked of a winmail.dat and all messages in it."""

    rtf: int = _MAX_RTF
    depth: int = _MAX_DEPTH


def unpack(data: bytes) -> Unpacked:
    """Read a winmail.dat; messages inside give their text and their files.

    Raises:
        NotTnef: the bytes are something else, or end too early.
    """
    return _unpack(data, _Room())


def _unpack(data: bytes, room: _Room) -> Unpacked:
    found, charset = Unpacked(), "cp1252"
    try:
        for number, content in _attributes(data):
            if number == _OEM_CODEPAGE:
                charset = f"cp{struct.unpack_from('<I', content)[0]}"
            elif number == _BODY:
                found.text = found.text or _tidy(decode(content, charset))
            elif number == _MAPI_PROPERTIES:
                _take_text(found, read_properties(content, charset), room)
            elif number == _ATTACH_START:
                found.files.append(File())
            elif found.files:
                _take_file(found, number, content, charset, room)
    except struct.error as error:
        raise NotTnef(str(error)) from error
    found.files = [file for file in found.files if file.content]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise NotTnef("no TNEF signature")
    offset = 6
    for _ in range(_MAX_ATTRIBUTES):
        if offset + _HEAD.size > len(data):
            return
        _, number, _, length = _HEAD.unpack_from(data, offset)
        start = offset + _HEAD.size
        if start + length > len(data):
            raise NotTnef("an attribute is longer than the file")
        yield number, data[start : start + length]
        offset = start + length + 2  # a checksum, which not every program computes
    raise NotTnef("too many attributes")


def _take_text(found: Unpacked, properties: Properties, room: _Room) -> None:
    codepage = properties.get(_P_CODEPAGE)
    charset = {65001: "utf-8", 28591: "iso-8859-1"}.get(codepage, f"cp{codepage}") if isinstance(codepage, int) else ""
    found.text = _as_text(properties.get(_P_BODY), charset) or found.text
    found.html = _as_text(properties.get(_P_HTML), charset)
    rtf = properties.get(_P_RTF)
    if isinstance(rtf, bytes) and not found.rtf and len(rtf) <= room.rtf:
        room.rtf -= len(rtf)
        found.rtf = decompress(rtf)


def _take_file(found: Unpacked, number: int, content: bytes, charset: str, room: _Room) -> None:
    file = found.files[-1]
    if number == _ATTACH_TITLE:
        file.name = file.name or _tidy(decode(content, charset))
    elif number == _ATTACH_DATA:
        file.content = content
    elif number == _ATTACH_PROPERTIES:
        properties = read_properties(content, charset)
        long_name = _as_text(properties.get(_P_LONG_NAME), charset)
        file.name = long_name or file.name or _as_text(properties.get(_P_NAME), charset)
        file.content_type = _as_text(properties.get(_P_TYPE), charset)
        file.content_id = _as_text(properties.get(_P_CONTENT_ID), charset)
        packed = properties.get(_P_DATA)
        if isinstance(packed, bytes):
            _take_packed(found, packed, room)


def _take_packed(found: Unpacked, packed: bytes, room: _Room) -> None:
    file = found.files[-1]
    if not packed.startswith(_MESSAGE) or not room.depth:
        file.content = file.content or packed
        return
    room.depth -= 1
    inner = _unpack(packed[len(_MESSAGE) :], room)
    room.depth += 1
    forms = (("html", inner.html.encode()), ("rtf", inner.rtf), ("txt", inner.text.encode()))
    ending, said = next(((ending, said) for ending, said in forms if said), ("txt", b""))
    found.files[-1] = File(f"{file.name or 'message'}.{ending}", content=said)
    found.files.extend(inner.files)
    # What follows belongs to neither of them.
    found.files.append(File())


def _as_text(value: object, charset: str) -> str:
    if isinstance(value, bytes):
        return _tidy(decode(value, charset))
    return _tidy(value) if isinstance(value, str) else ""


def _tidy(text: str) -> str:
    return clean(text.rstrip("\0")).strip("\n")
