"""The properties inside of TNEF (MS-OXTNEF 2.1.3.4), those of a kind we know."""

from __future__ import annotations

import struct

from otalink.mail.charsets import decode

type Properties = dict[int, int | str | bytes]

# Bytes a value takes up, by its type; the others carry their length.
_FIXED = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_INTEGER, _TEXT, _UNICODE, _OBJECT, _BINARY = 0x3, 0x1E, 0x1F, 0xD, 0x102
_MANY, _NAMED = 0x1000, 0x8000
_MAX_PROPERTIES = 10_000


class _Reader:
    """Bytes and how far they were read; every read beyond the end raises `struct.error`."""

    def __init__(self, data: bytes) -> None:
        self._data, self._position = data, 0

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        end = self._position + size
        if end > len(self._data):
            raise struct.error("a property is longer than the block")
        taken, self._position = self._data[self._position : end], end
        return taken

    def padded(self) -> bytes:
        """A value that carries its length, padded to whole words."""
        size = self.number()
        value = self.take(size)
        self.take(-size % 4)
        return value


def read_properties(data: bytes, charset: str) -> Properties:
    """The first value of each property by its number: numbers, texts (bytes in `charset` decoded) and bytes.

    Raises:
        struct.error: the block is broken.
    """
    reader = _Reader(data)
    found: Properties = {}
    count = reader.number()
    if count > _MAX_PROPERTIES:
        raise struct.error("too many properties")
    for _ in range(count):
        kind, name = reader.number(2), reader.number(2)
        if name >= _NAMED:
            _skip_name(reader)
        value = _value(reader, kind, charset)
        if value is not None:
            found.setdefault(name, value)
    return found


def _skip_name(reader: _Reader) -> None:
    reader.take(16)
    if reader.number() == 0:
        reader.take(4)
    else:
        reader.padded()


def _value(reader: _Reader, kind: int, charset: str) -> int | str | bytes | None:
    bare = kind & ~_MANY
    if bare in _FIXED:
        values = [reader.take(_FIXED[bare]) for _ in range(_count(reader) if kind & _MANY else 1)]
        return int.from_bytes(values[0], "little") if bare == _INTEGER and values else None
    if bare not in {_TEXT, _UNICODE, _OBJECT, _BINARY}:
        raise struct.error(f"unknown type {kind:#x}")
    contents = [reader.padded() for _ in range(_count(reader))]
    if not contents:
        return None
    if bare == _TEXT:
        return decode(contents[0], charset)
    return contents[0].decode("utf-16-le", "replace") if bare == _UNICODE else contents[0]


def _count(reader: _Reader) -> int:
    count = reader.number()
    if count > _MAX_PROPERTIES:
        raise struct.error("too many values")
    return count
