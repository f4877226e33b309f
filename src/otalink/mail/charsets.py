"""Bytes to text, whatever charset a mail claims, wrongly claims or keeps to itself."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from functools import lru_cache

# What mailers call these is in practice the larger set that Windows uses.
_REALLY = {
    "ascii": "",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "big5": "cp950",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "ansi": "cp1252",
    "latin-9": "iso8859-15",
    "mac": "mac-roman",
    "mac-ce": "mac-latin2",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "csgb2312": "gb18030",
    "gb_2312-80": "gb18030",
}
# What Windows numbers, and the many ways to write ISO 8859; Python knows one name of each.
_WINDOWS = re.compile(r"(?:windows|win|cp|ibm|dos|ms)[-_]?(\d{3,4})")
_ISO_8859 = re.compile(r"(?:iso[-_]?|windows-2)?8859[-_]?(\d{1,2})")
# Python codecs that are no charsets of mail; some take time that grows with the square of the length.
_NOT_FOR_MAIL = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
_WIDE = ("utf-16", "utf-32")
# Escapes that choose a character set: two bytes a character after "$", one after "(".
_SEGMENT = re.compile(rb"\x1b(\$|\()[@A-Z]")
# Neither databases nor browsers want these; tab and newline stay.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def decode(data: bytes, charset: str) -> str:
    """`data` as text: in the charset it claims, else as UTF-8, else as what it most likely is. Never fails."""
    codec = _codec(charset.strip().strip("\"'").lower())
    # Its escapes are ASCII, so that UTF-8 would take them for text.
    is_escaped = codec.startswith("iso2022_jp")
    attempts = (codec, "" if is_escaped else "utf-8")
    # A newline in wide characters has a NUL: without any, the claim is most likely wrong.
    if codec.startswith(_WIDE) and b"\0" not in data:
        attempts = ("utf-8", codec)
    for attempt in attempts:
        try:
            if attempt:
                return data.decode(attempt)
        except UnicodeError:
            continue
    if is_escaped:
        return _two_byte_segments(data)
    return data.decode(codec, "replace") if codec not in {"", "utf-8"} else _guess(data)


def decode_raw(data: bytes, charset: str) -> str:
    """Bytes that nothing names the charset of: as UTF-8, else as `charset`, else as what they most likely are."""
    codec = _codec(charset.strip().strip("\"'").lower())
    for attempt in ("utf-8", "" if codec.startswith(_WIDE) else codec):
        with suppress(UnicodeError):
            if attempt:
                return data.decode(attempt)
    return _guess(data)


def clean(text: str) -> str:
    """`text` with newlines as one line feed, and without NULs and other characters that nothing can keep."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(_python_name(charset)).name
        b"text".decode(name, "ignore")  # refuses what is no text encoding, such as "zip"
    except (LookupError, ValueError):
        return ""
    return "" if name in _NOT_FOR_MAIL else _REALLY.get(name, name)


def _python_name(charset: str) -> str:
    name = charset.removeprefix("x-")
    if found := _ISO_8859.fullmatch(name):
        return f"iso8859-{found[1]}"
    if found := _WINDOWS.fullmatch(name):
        return f"cp{found[1]}"
    return _ALIASES.get(name, name)


def _two_byte_segments(data: bytes) -> str:
    """ISO-2022-JP with the characters that Windows adds to it, such as digits in circles."""
    pieces = _SEGMENT.split(data)
    texts = [pieces[0].decode("ascii", "replace")]
    for escape, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        texts.append(_shifted(piece).decode("cp932", "replace") if escape == b"$" else piece.decode("ascii", "replace"))
    return "".join(texts)


def _shifted(jis: bytes) -> bytes:
    """Two-byte JIS in the arithmetic of Shift_JIS."""
    shifted = bytearray()
    for row, cell in zip(jis[::2], jis[1::2], strict=False):
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            shifted += b"?"
            continue
        lead = ((row + 1) >> 1) + (0x70 if row < 0x5F else 0xB0)
        shifted += bytes((lead, cell + ((0x1F if cell < 0x60 else 0x20) if row % 2 else 0x7E)))
    return bytes(shifted)


def _guess(data: bytes) -> str:
    # Broken UTF-8 still has some whole characters in it; other 8-bit text has none.
    text = data.decode("utf-8", "replace")
    is_utf8 = any(character > "\x7f" and character != "\ufffd" for character in text)
    return text if is_utf8 else data.decode("cp1252", "replace")
