"""Header blocks with broken lines, put right so far that they hide nothing that comes after them."""

from __future__ import annotations

import re

# Possessive: what it would remember of each line takes hundreds of times the line's size.
HEAD = re.compile(rb"(?:[^\r\n]++\r?\n)++")
_BROKEN_LINE = re.compile(rb"(?<=\n)(?![ \t]|[!-9;-~]+:)[^\r\n]+")
_SPACED_NAME = re.compile(rb"(?m)^([!-9;-~]{1,100})[ \t]+:")
_KNOWN_HEADER = re.compile(
    rb"(?mi)^(?:from|to|cc|subject|date|message-id|mime-version|reply-to"
    rb"|content-(?:type|transfer-encoding|disposition|id|description|location)):"
)
# A parameter of the line before it, whose indentation somebody stripped.
_PARAMETER_LINE = re.compile(rb"(;[ \t]*\r?\n)(?=[a-zA-Z][a-zA-Z0-9*-]{0,60}[ \t]?=)")
# What begins a header line. A part has headers of its own kind; the text of one may well begin with others.
_FIRST = re.compile(
    rb"(?mi)^(?:from|to|subject|date|message-id|received|return-path|mime-version|content-[a-z-]+)[ \t]*:"
)
_FIRST_OF_PART = re.compile(rb"(?mi)^content-(?:type|transfer-encoding|disposition)[ \t]*:")
_NO_HEADER = re.compile(rb"(?!From |--)(?:[ \t]|(?![!-9;-~]++[ \t]*+:))")
# An empty line that is not quite empty.
_SPACES_BEFORE_TEXT = re.compile(rb"(\n)[ \t]++(\r?\n)(?![ \t\r\n]|[!-9;-~]++:)")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_MISSING_SEMICOLON = re.compile(
    r"""("(?:[^"\\]|\\.)*+"|=[^\s;"=]++|^\s*[^\s;/"]++/[^\s;"]++)[ \t]++"""
    r"(?=(?:boundary|charset|format|delsp|name|filename|type|protocol|micalg|report-type|size)\*?[ \t]?=)",
    re.IGNORECASE,
)


def one_line(value: str) -> str:
    """A header with parameters in one line, each behind a semicolon."""
    value = _FOLD.sub("", value)
    return _MISSING_SEMICOLON.sub(r"\1; ", value) if value.count("=") > value.count(";") else value


def mend(head: bytes, *, is_part: bool) -> bytes:
    """The same headers, those in front of the first left out and other broken lines made part of the line before."""
    head = _from_first_header(head, is_part)
    end = _SPACES_BEFORE_TEXT.search(head)
    return _joined(head[: end.end(1)]) + end[2] + head[end.end() :] if end else _joined(head)


def _joined(head: bytes) -> bytes:
    if _BROKEN_LINE.search(head) is None and not _SPACED_NAME.match(head):
        return head
    head = _PARAMETER_LINE.sub(rb"\1 ", _SPACED_NAME.sub(rb"\1:", head))
    known = [match.start() for match in _KNOWN_HEADER.finditer(head)]
    # After the last well-known header a broken line is more likely the text, its empty line forgotten.
    until = known[-1] if known else 0
    return _BROKEN_LINE.sub(rb" \g<0>", head[:until]) + head[until:]


def _from_first_header(head: bytes, is_part: bool) -> bytes:
    """The head without the broken lines before its first header, which would make text of all of them."""
    if not _NO_HEADER.match(head):
        return head
    stripped = head.lstrip(b" \t")
    if not _NO_HEADER.match(stripped):
        return stripped
    first = (_FIRST_OF_PART if is_part else _FIRST).search(head)
    return head[first.start() :] if first else head


def is_cut_short(lines: bytes) -> bool:
    """Whether lines that were taken for a part's text still are its headers."""
    return _KNOWN_HEADER.search(lines) is not None or _PARAMETER_LINE.match(b";\n" + lines) is not None
