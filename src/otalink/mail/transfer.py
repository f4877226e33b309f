"""Transfer encodings undone, as far as what gateways and scanners did to them allows."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile

_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64 = _DIGITS + b"=\r\n"
_NO_DIGITS = bytes(set(range(256)) - set(_DIGITS))
_NO_DIGITS_NOR_PADDING = bytes(set(range(256)) - set(_DIGITS + b"="))
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]|=[^=\s]|\S[ \t]+\S")
_BLOCK = re.compile(rb"([^=]+)(=*)")
_LINE, _BASE64_LINE = re.compile(rb"[^\r\n]+"), re.compile(rb"[A-Za-z0-9+/]+=*")
_WORD = re.compile(rb"[A-Z]?[a-z]+")
_PROSE = re.compile(rb"[A-Za-z]+,? [A-Za-z]+,? [A-Za-z]")
# Characters. A wrapped body has lines of one length, at least this long, and only its last line is shorter.
_WRAPPED = 56
_MAX_BLOCKS = 100_000
# Bytes, in which a header that slid into the body stands.
_MAX_SEARCHED = 2_000
_UU_BEGIN = re.compile(rb"(?m)^begin [^\r\n]*")
# Spaces that a gateway put behind a soft line break.
_SPACED_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")


def from_base64(data: bytes) -> bytes:
    """The bytes that base64 stands for; foreign characters do not matter, and after padding more may follow."""
    digits = data.translate(None, _NO_DIGITS_NOR_PADDING).rstrip(b"=")
    if not 0 < digits.count(b"=") < _MAX_BLOCKS:
        return _decoded(digits.replace(b"=", b""))
    return b"".join(map(_decoded, _blocks(digits)))


def split_base64(data: bytes) -> tuple[bytes, bytes]:
    """The bytes that a base64 body stands for, and the plain text that somebody put behind it."""
    data = _without_header(data)
    padding = data.find(b"=")
    if not data.translate(None, _BASE64) and (padding < 0 or not data[padding:].strip(b"=\r\n")):
        return _decoded(data.translate(None, _NO_DIGITS)), b""
    end = _end(data)
    # Without any base64 in it, the encoding is what is wrong.
    return (from_base64(data[:end]), data[end:].strip()) if end else (data, b"")


def _without_header(data: bytes) -> bytes:
    # A broken header line is no content, though most of its characters could be.
    blank = b"\n\r\n" if b"\n\r\n" in data[:_MAX_SEARCHED] else b"\n\n"
    first, found, _ = data[:_MAX_SEARCHED].partition(blank)
    is_header = found and _FOREIGN.search(first) and not _PROSE.search(first)
    return data[len(first) + len(found) :] if is_header else data


def from_quoted_printable(data: bytes) -> bytes:
    """The bytes that quoted-printable stands for."""
    return quopri.decodestring(_SPACED_BREAK.sub(b"=", data))


def from_uuencode(data: bytes) -> bytes:
    """The bytes of the first file in uuencode; `data` itself where there is none."""
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data
    lines = (found[0] for found in _LINE.finditer(data, begin.end()))
    return b"".join(map(_some_of_uu_line, takewhile(lambda line: line != b"end", lines)))


def uu_line(line: bytes) -> bytes:
    """The bytes of a line of uuencode.

    Raises:
        binascii.Error: it is none.
    """
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad lines with rubbish; the length stands in the first character.
        return binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1])


def _decoded(digits: bytes) -> bytes:
    digits = digits[: len(digits) - 1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _blocks(digits: bytes) -> Iterator[bytes]:
    """What stands between paddings; a `=` that completes no group of four is none."""
    pieces: list[bytes] = []
    size = 0
    for found in _BLOCK.finditer(digits):
        pieces.append(found[1])
        size += len(found[1])
        if found[2] and (size + len(found[2])) % 4 == 0:
            yield b"".join(pieces)
            pieces, size = [], 0
    yield b"".join(pieces)


def _end(data: bytes) -> int:
    """Where base64 ends and other text begins; 0 where there is none in it."""
    full = [0, 0, 0]
    for line in _LINE.finditer(data):
        text = line[0].strip()
        if (not full[0] or len(text) == full[0]) and _BASE64_LINE.fullmatch(text):
            full = [len(text), full[1] or line.end(), line.end()]
    width, first, last = full
    if not width:
        return 0 if _PROSE.search(data[:_MAX_SEARCHED]) else len(data)
    has_ended = data[last - 1 : last] == b"=" or (first == last and width < _WRAPPED)
    return _behind(data, last, width, has_ended=has_ended)


def _behind(data: bytes, last: int, width: int, *, has_ended: bool) -> int:
    """Where other text begins behind the `last` full line of base64."""
    rest = 0
    for line in _LINE.finditer(data, last):
        text = line[0].strip()
        is_base64 = _BASE64_LINE.fullmatch(text) is not None
        if not has_ended and (is_base64 or (text.endswith(b"=") and b" " not in text)):
            has_ended = text.endswith(b"=") or (width >= _WRAPPED and len(text) < width)
            continue
        rest = rest or line.start()
        if text and not is_base64:
            return rest
    # Letters alone may be another block of base64.
    letters = data[rest:].strip()
    is_text = _WORD.fullmatch(letters) or len(letters.translate(None, _NO_DIGITS_NOR_PADDING)) % 4
    return rest if rest and is_text else len(data)


def _some_of_uu_line(line: bytes) -> bytes:
    with suppress(binascii.Error):
        return uu_line(line)
    return b""
