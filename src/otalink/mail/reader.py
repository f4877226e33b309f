"""A mail's bytes into its parts: with limits that keep any mail harmless, and put right where it broke on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import CloseBoundaryNotFoundDefect
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Policy

from otalink.mail import boundaries, head_repair
from otalink.mail.mime import Part, PlainHeaders

# Bytes.
_CHUNK = 65_536
# Beyond so many broken parts, or so many times its size read again, a mail is not worth the time to put it right.
_MAX_REPAIRS, _MAX_REPAIRED = 50, 2
# The parser needs many times the size of a short line or a small part. What comes after so many of them is not read;
# nothing honest comes near.
_MAX_LINES = 1_500_000
_MAX_PARTS = 1_000
_END_OF_HEAD = re.compile(rb"\n\r?\n")


def read(raw: bytes) -> Part:
    """The parts of a mail. Takes any bytes."""
    # A byte order mark or empty lines before the first header would turn all headers into text.
    raw = _with_plain_head(raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    root = _parsed(raw, depth=0)
    if whole := root.undivided() if root.defects else b"":
        raw, root = whole, _parsed(whole, depth=0, is_cut=root.is_cut)
    if root.children:
        whole = boundaries.mend(raw, _boundary_lines(root))
        root = root if whole is raw else _parsed(whole, depth=0, is_cut=root.is_cut)
    return _with_charset(_repaired(root, _MAX_REPAIRED * len(raw)))


def _with_plain_head(raw: bytes) -> bytes:
    """The mail, with no carriage return in its headers that ends no line.

    The parser would end one there; whoever checked the mail did not, so that the author would be another than theirs.
    """
    end = _END_OF_HEAD.search(raw)
    if b"\n" not in raw:  # a mail of old computers, all of whose lines end so
        return raw.replace(b"\r", b"\n")
    size = end.end() if end else len(raw)
    return raw[:size].replace(b"\r\n", b"\n").replace(b"\r", b" ") + raw[size:]


def _parsed(raw: bytes, depth: int, *, is_cut: bool = False) -> Part:
    parts = lines = 0

    def part(policy: Policy[Message]) -> Part:
        nonlocal parts
        parts += 1
        made = Part(policy=policy)
        made.depth = depth
        return made

    parser: BytesFeedParser[Part] = BytesFeedParser(part, policy=PlainHeaders())  # type: ignore[arg-type]
    if head := head_repair.HEAD.match(raw):
        mended = head_repair.mend(head[0], is_part=depth > 0)
        raw = raw if mended is head[0] else mended + raw[head.end() :]
    # Whole, the parser would hold all lines of the mail at once, which take several times its size.
    for start in range(0, len(raw), _CHUNK):
        chunk = raw[start : start + _CHUNK]
        parser.feed(chunk)
        lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
        if parts > _MAX_PARTS or lines > _MAX_LINES:
            is_cut = True
            break
    root = parser.close()
    root.is_cut |= is_cut
    return root


def _boundary_lines(root: Part) -> Iterator[tuple[str, int]]:
    """The boundaries of a mail, each with how many of its lines were understood."""
    for part in walk(root):
        if part.children:
            is_closed = not any(isinstance(defect, CloseBoundaryNotFoundDefect) for defect in part.defects)
            yield str(part.get_boundary("")), len(part.children) + is_closed


def _repaired(root: Part, room: int) -> Part:
    """The mail, with the parts read again whose headers or boundaries were broken, in `room` bytes at most."""
    repairs = 0
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        for number, child in enumerate(parent.children):
            whole = child.undivided() or child.cut_short() if child.defects and repairs < _MAX_REPAIRS else b""
            room -= len(whole)
            if whole and room >= 0:
                mended = _parsed(whole, child.depth)
                parent.replace(number, mended)
                root.is_cut |= mended.is_cut
                repairs += 1
        parent.drop_stray_end()
        waiting.extend(parent.children)
    return root


def _with_charset(root: Part) -> Part:
    """The mail, whose raw 8-bit headers are read in the charset that its first text says."""
    raw = [part for part in walk(root) if part.has_raw]
    if raw:
        charset = next(filter(None, (part.said_charset for part in walk(root))), "")
        for part in raw:
            part.policy = PlainHeaders(charset=charset)  # type: ignore[call-arg]  # policies take any of their attributes
    return root


def walk(root: Part) -> Iterator[Part]:
    """A part and all below it, in their order."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(part.children))
