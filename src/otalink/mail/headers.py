"""The headers of a mail by name, decoded as far as they can be."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from otalink.mail.charsets import clean, decode
from otalink.mail.mime import Part
from otalink.mail.transfer import from_base64

# RFC 2047, and what mailers make of it: spaces and question marks inside, a language after the charset.
ENCODED_WORD = r"=\?[^?\s]+\?[bBqQ]\?[^?]*(?:\?(?!=)[^?]*){0,4}\?="
_ENCODED = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,4})\?=")
_ANGLE_ID = re.compile(r"<\s{0,5}([^<>\s]{1,900})\s{0,5}>")
_BARE_ID = re.compile(r"[^\s<>,;\"@]{1,250}@[^\s<>,;\"]{1,250}")
# A thread longer than this is found by its newest messages.
_MAX_IDS = 100
# They turn round what a page shows after the name or subject they stand in.
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Characters.
_MAX_SEARCHED = 100_000


class Headers:
    """Header values by name, in any case of it; several of one name in their order.

    `is_cut` is whether the mail has more of them.
    """

    def __init__(self, part: Part) -> None:
        self._values: dict[str, list[str]] = {}
        self.names: list[tuple[str, str]] = []
        self.is_cut = part.is_cut
        for name, value in part.headers():
            self._values.setdefault(name.lower(), []).append(value)
            self.names.append((name, value))

    def all(self, name: str) -> list[str]:
        """The values of that name as they stand in the mail, encoded words not yet decoded."""
        return self._values.get(name, [])

    def first(self, name: str) -> str:
        """The first value of that name, or an empty text."""
        return next(iter(self.all(name)), "")

    def text(self, name: str) -> str:
        """The first value of that name, decoded, in one line."""
        return decode_words(self.first(name))

    def ids(self, name: str) -> tuple[str, ...]:
        """The message ids in the values of that name, without angle brackets, at most the last hundred."""
        value = clean(" ".join(self.all(name)))[-_MAX_SEARCHED:]
        return tuple((_ANGLE_ID.findall(value) or _BARE_ID.findall(value))[-_MAX_IDS:])

    def date(self) -> datetime | None:
        """When the mail says it was written, in UTC; None where it says nothing a calendar knows."""
        return _moment(self.first("date"))

    def received(self) -> datetime | None:
        """When the last mail server on its way says that it got it, in UTC; None where none says so."""
        return _moment(self.first("received").rpartition(";")[2])


def _moment(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(clean(written))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if 1970 <= moment.year <= 9000 else None


def decode_words(value: str) -> str:
    """A header value with its encoded words decoded, in one line without control characters."""
    return " ".join(clean(_decode_encoded(value) if "=?" in value else value).translate(_DIRECTIONS).split())


def _decode_encoded(value: str) -> str:
    pieces: list[str] = []
    pending: list[bytes] = []
    position, charset = 0, ""
    for match in _ENCODED.finditer(value):
        between = value[position : match.start()]
        # A character may be cut in two between neighbouring words, so their bytes are joined before decoding.
        if pending and (between.strip() or match[1].lower() != charset):
            pieces.append(decode(b"".join(pending), charset))
            pending = []
        # Space between two encoded words is not part of the text.
        pieces.append("" if position and not between.strip() else between)
        pending.append(_word(match[2], match[3]))
        charset, position = match[1].lower(), match.end()
    return "".join([*pieces, decode(b"".join(pending), charset), value[position:]])


def _word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return from_base64(data)
