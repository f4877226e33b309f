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


def is_broken(head: bytes) -> bool:
    """Whether a block of header lines has one that is none."""
    return _BROKEN_LINE.search(head) is not None


def mend(head: bytes) -> bytes:
    """The same headers, their broken lines made part of the line before."""
    head = _PARAMETER_LINE.sub(rb"\1 ", _SPACED_NAME.sub(rb"\1:", head))
    known = [match.start() for match in _KNOWN_HEADER.finditer(head)]
    # After the last well-known header a broken line is more likely the text, its empty line forgotten.
    until = known[-1] if known else 0
    return _BROKEN_LINE.sub(rb" \g<0>", head[:until]) + head[until:]


def is_cut_short(lines: bytes) -> bool:
    """Whether lines that were taken for a part's text still are its headers."""
    return _KNOWN_HEADER.search(lines) is not None or _PARAMETER_LINE.match(b";\n" + lines) is not None
