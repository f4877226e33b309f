"""Boundary lines that broke on the way, put right so that no part is taken for another's text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

# Each is looked for in the whole mail.
_MAX_BOUNDARIES = 20
# Of one boundary.
_MAX_LINES = 5_000
_BEGINS_PART = re.compile(
    rb"(?mi)^--([^\s\"\\][^\r\n\"\\]{0,199}?(?<![ \t]))[ \t]*+\r?\n(?=[ \t]*+\r?\n|content-[a-z-]+[ \t]*+:)"
)
_PART_HEADER = re.compile(rb"(?mi)^content-[a-z-]+[ \t]*:")
_HEADER = re.compile(rb"[!-9;-~]+:")
_PARAMETER = re.compile(r';?\s*boundary\s*=\s*(?:"[^"]*"?|[^;\s]*)', re.IGNORECASE)
# A boundary that nobody says is believed where it is told apart from a rule of dashes.
_TRIES = 5


def found_in(text: bytes) -> str:
    """The boundary that divides a text, whatever its header says; empty where none does."""
    header = _PART_HEADER.search(text)
    for number, match in enumerate(_BEGINS_PART.finditer(text)):
        boundary = match[1]
        # What has headers before its first boundary has another.
        if number >= _TRIES or (header and header.start() < match.start()):
            break
        is_header = text[match.end() : match.end() + 8].lower() == b"content-"
        if boundary.isascii() and (is_header or re.search(rb"(?m)^--" + re.escape(boundary) + rb"--", text)):
            return boundary.decode("ascii")
    return ""


def said(content_type: str, boundary: str) -> str:
    """A content type that says this boundary and no other."""
    return f'{_PARAMETER.sub("", content_type).rstrip("; ")}; boundary="{boundary}"'


def mend(raw: bytes, expected: Iterable[tuple[str, int]]) -> bytes:
    """The mail, each of its boundaries alone on its line and none closed before its last part.

    `expected` are the boundaries with how many of their lines the parser has understood.
    """
    lines = [(b"--" + name.encode("ascii"), count) for name, count in expected if name and name.isascii()]
    for line, count in lines[:_MAX_BOUNDARIES]:
        if raw.count(line) > count:
            raw = _mended(raw, line, [other for other, _ in lines if len(other) > len(line)])
    return raw


def _mended(raw: bytes, delimiter: bytes, longer: list[bytes]) -> bytes:
    lines = (
        match
        for match in re.finditer(re.escape(delimiter) + rb"(--)?([^\r\n]*)", raw)
        if match.start() == 0 or raw[match.start() - 1] in b"\r\n"
        if match[1] or match[2][:1] in {b"", b" ", b"\t"}
        if not any(match[0].startswith(other) for other in longer)
    )
    found = list(islice(lines, _MAX_LINES))
    last_open = max((match.start() for match in found if not match[1]), default=-1)
    pieces: list[bytes] = []
    position = 0
    for match in found:
        rest = match[2].strip()
        is_closed_early = bool(match[1]) and match.start() < last_open
        if rest or is_closed_early:
            header = b"\r\n" + rest if _HEADER.match(rest) and not match[1] else b""
            end = match[1] if match[1] and not is_closed_early else b""
            pieces += [raw[position : match.start()], delimiter, end, header]
            position = match.end()
    return b"".join([*pieces, raw[position:]]) if pieces else raw
