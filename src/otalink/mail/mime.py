"""The parts of a mail, read by the standard library's parser with limits that keep any mail harmless.

The parser's own header objects (`email.policy.default`) raise on some broken headers and take most of the time a
mail costs, so headers are kept as plain text here and decoded where they are used.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Compat32, Policy
from itertools import takewhile

from otalink.mail import head_repair
from otalink.mail.charsets import decode

# Real mail stays below ten. Each open level costs time on every line, and every level a Python frame.
MAX_DEPTH = 16

# Bytes.
_CHUNK = 65_536
# Beyond so many broken parts a mail is not worth the time to put it right.
_MAX_REPAIRS = 50
# The parser needs many times the size of a short line, a small part or a header. What comes after so many of them is
# not read; nothing honest comes near.
_MAX_LINES = 1_500_000
_MAX_PARTS = 1_000
# Characters of one header, and of all headers of a part, each of which counts for some more than it has.
_MAX_HEADER, _MAX_HEAD, _EACH_HEADER = 250_000, 1_000_000, 100
# Characters of a header with parameters, such as Content-Type; it is read anew for each of them.
_MAX_STRUCTURED = 2_500
_UU_BEGIN, _UU_LINE = re.compile(rb"(?m)^begin [^\r\n]*"), re.compile(rb"[^\r\n]+")
_UUENCODED = {"x-uuencode", "uuencode", "uue", "x-uue"}
_END_OF_HEAD = re.compile(rb"\n\r?\n")
# Spaces that a gateway put behind a soft line break.
_SPACED_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]|=[^=\s]|\S[ \t]+\S")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


class _PlainHeaders(Compat32):
    """Hands headers out as plain text, raw 8-bit ones decoded."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the policy's signature
        return plain(value)[:_MAX_STRUCTURED]


class Part(Message):
    """A part of a mail. Embedded messages, and what is nested too deep, stay unparsed: they are files to us."""

    depth = 0
    # Whether there is more of the mail than was read.
    is_cut = False
    _head_size = 0
    # The base class hands this out decoded in ways of its own, which cost time and fail on odd charsets.
    _payload: str | list[Message] | None

    def get_content_type(self) -> str:
        """The content type as the parser may see it."""
        real = self.real_type
        return "application/octet-stream" if self._is_opaque(real) else real

    def get_content_maintype(self) -> str:
        """The part of the content type before the slash, as the parser may see it."""
        return self.get_content_type().partition("/")[0]

    @property
    def real_type(self) -> str:
        """The content type that the mail says, in lower case."""
        return super().get_content_type()

    def _is_opaque(self, real: str) -> bool:
        return real.startswith("message/") or (real.startswith("multipart/") and self.depth >= MAX_DEPTH)

    def set_raw(self, name: str, value: str) -> None:
        """Take a header in, if there is room; the parser calls this."""
        self._head_size += min(len(value), _MAX_HEADER) + _EACH_HEADER
        if self._head_size <= _MAX_HEAD:
            super().set_raw(name, value[:_MAX_HEADER])
        else:
            self.is_cut = True

    def attach(self, payload: Message) -> None:  # type: ignore[override]
        """Take a part in; the parser calls this before it reads the part's content."""
        if isinstance(payload, Part):
            payload.depth = self.depth + 1
        super().attach(payload)

    @property
    def children(self) -> list[Part]:
        """The parts of a multipart, empty for everything else."""
        return [part for part in self._payload if isinstance(part, Part)] if isinstance(self._payload, list) else []

    def replace(self, number: int, part: Part) -> None:
        """Put `part` in the place of that child."""
        if isinstance(self._payload, list):
            self._payload[number] = part

    def drop_stray_end(self) -> None:
        """Take a last boundary that lacks its last dash out of the text before it."""
        last = self
        while last.children:
            last = last.children[-1]
        if last is not self and isinstance(last._payload, str):
            end = f"--{self.get_boundary()}-"
            if last._payload.rstrip().endswith(end):
                last._payload = last._payload.rstrip()[: -len(end)]

    def cut_short(self) -> bytes:
        """The bytes of a part some of whose headers were taken for its text; empty for a proper one."""
        if not isinstance(self._payload, str):
            return b""
        text = self._payload.encode("ascii", "surrogateescape")
        rest_of_head = head_repair.HEAD.match(text)
        if not rest_of_head or not head_repair.is_cut_short(rest_of_head[0]):
            return b""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.raw_items())
        return head.encode("ascii", "surrogateescape") + text

    @property
    def has_content(self) -> bool:
        """Whether anything stands below the headers."""
        return bool(self._payload)

    def headers(self) -> Iterator[tuple[str, str]]:
        """Names and values in order."""
        return ((name, plain(value)) for name, value in self.raw_items())

    def content(self) -> bytes:
        """The bytes of a part that has no children, its transfer encoding undone as far as it can be."""
        payload = self._payload if isinstance(self._payload, str) else ""
        data = payload.encode("ascii", "surrogateescape")
        encoding = "-".join(str(self.get("content-transfer-encoding", "")).lower().split())
        # Whatever else a broken header line put behind the word.
        if encoding.startswith("base64"):
            return from_base64(data)
        if encoding.startswith("quoted-printable"):
            return quopri.decodestring(_SPACED_BREAK.sub(b"=", data))
        return _from_uuencode(data) if encoding in _UUENCODED else data


def read(raw: bytes) -> Part:
    """The parts of a mail. Takes any bytes."""
    # A byte order mark or empty lines before the first header would turn all headers into text.
    root = _parsed(_with_plain_head(raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")), depth=0)
    _repair_children(root)
    return root


def _with_plain_head(raw: bytes) -> bytes:
    """The mail, with no carriage return in its headers that ends no line.

    The parser would end one there; whoever checked the mail did not, so that the author would be another than theirs.
    """
    end = _END_OF_HEAD.search(raw)
    if b"\n" not in raw:  # a mail of old computers, all of whose lines end so
        return raw
    size = end.end() if end else len(raw)
    return raw[:size].replace(b"\r\n", b"\n").replace(b"\r", b" ") + raw[size:]


def _parsed(raw: bytes, depth: int) -> Part:
    parts = lines = 0

    def part(policy: Policy[Message]) -> Part:
        nonlocal parts
        parts += 1
        made = Part(policy=policy)
        made.depth = depth
        return made

    parser: BytesFeedParser[Part] = BytesFeedParser(part, policy=_PlainHeaders())  # type: ignore[arg-type]
    head = head_repair.HEAD.match(raw)
    if head and head_repair.is_broken(head[0]):
        raw = head_repair.mend(head[0]) + raw[head.end() :]
    # Whole, the parser would hold all lines of the mail at once, which take several times its size.
    for start in range(0, len(raw), _CHUNK):
        chunk = raw[start : start + _CHUNK]
        parser.feed(chunk)
        lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
        if parts > _MAX_PARTS or lines > _MAX_LINES:
            root = parser.close()
            root.is_cut = True
            return root
    return parser.close()


def _repair_children(root: Part) -> None:
    """Read the parts again whose headers ended at a broken line."""
    repairs, waiting = 0, [root]
    while waiting:
        parent = waiting.pop()
        for number, child in enumerate(parent.children):
            if child.defects and repairs < _MAX_REPAIRS and (whole := child.cut_short()):
                mended = _parsed(whole, child.depth)
                parent.replace(number, mended)
                root.is_cut |= mended.is_cut
                repairs += 1
        parent.drop_stray_end()
        waiting.extend(parent.children)


def plain(value: str) -> str:
    """A header's text without the escapes that stand for raw 8-bit bytes."""
    return value if value.isascii() else decode(value.encode("utf-8", "surrogateescape"), "utf-8")


def from_base64(data: bytes) -> bytes:
    """The bytes that base64 stands for; padding and foreign characters do not matter."""
    # A broken header line is no content, though most of its characters could be.
    first, blank, rest = data.partition(b"\n\r\n" if b"\n\r\n" in data[:2_000] else b"\n\n")
    if blank and _FOREIGN.search(first[:2_000]):
        data = rest
    digits = data.translate(None, _NOT_BASE64)
    digits = digits[: len(digits) - 1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _from_uuencode(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data
    lines = (found[0] for found in _UU_LINE.finditer(data, begin.end()))
    return b"".join(map(_uu_line, takewhile(lambda line: line != b"end", lines)))


def _uu_line(line: bytes) -> bytes:
    # Some encoders pad lines with rubbish; the length stands in the first character.
    for text in (line, line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1]):
        with suppress(binascii.Error):
            return binascii.a2b_uu(text)
    return b""
