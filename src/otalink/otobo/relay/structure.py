"""The texts of a mail and where they stand in it, so that one can be exchanged and every other byte stays.

What is signed or encrypted has no such texts: a changed byte would break it. Neither have files and embedded mails.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

_MAX_DEPTH, _MAX_PARTS = 16, 1_000
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_SEALED = {"multipart/signed", "multipart/encrypted"}
_INLINE_SEAL = re.compile(r"^-----BEGIN PGP (?:SIGNED )?MESSAGE-----\s*$", re.MULTILINE)
_TEXTS = {"text/plain", "text/html"}
# Octets of a line, without its end (RFC 5321, 4.5.3.1.6).
_LONGEST_LINE = 998
_LONE_LINE_FEED = re.compile(rb"(?<!\r)\n")
_LONG_LINE = re.compile(rb"[^\r\n]{%d}" % (_LONGEST_LINE + 1))


@dataclass(frozen=True)
class Text:
    """A text of a mail: `head` and `body` are where its bytes stand, `codec` and `encoding` how they are written."""

    head: slice
    body: slice
    content: str
    is_html: bool
    codec: str
    encoding: str


def texts(raw: bytes) -> list[Text]:
    """The texts of a mail (with CRLF at the end of its lines), in their order; none of one that may not be changed."""
    head = _headers(raw, slice(0, len(raw)))[0]
    if "dkim-signature" in head:
        return []
    found = list(_walk(raw, slice(0, len(raw)), 0))
    return [text for text in found if text] if len(found) <= _MAX_PARTS else []


def exchanged(raw: bytes, changes: Sequence[tuple[Text, str]]) -> bytes:
    """The mail with these texts in place of its own; the others, and everything around, are the same bytes."""
    pieces, done = [], 0
    for text, content in sorted(changes, key=lambda change: change[0].head.start):
        head, body = _encoded(raw[text.head], text, content)
        pieces += [raw[done : text.head.start], head, raw[text.head.stop : text.body.start], body]
        done = text.body.stop
    return b"".join([*pieces, raw[done:]])


def _walk(raw: bytes, part: slice, depth: int) -> Iterator[Text | None]:
    """The texts in a part; None stands for every other part, so that all can be counted."""
    head, head_at, body_at = _headers(raw, part)
    kind = head.get_content_type()
    if kind.startswith("multipart/") and kind not in _SEALED and depth < _MAX_DEPTH:
        for number, child in enumerate(_children(raw, body_at, head.get_boundary() or "")):
            if number > _MAX_PARTS:
                break
            yield from _walk(raw, child, depth + 1)
        return
    is_file = head.get_content_disposition() == "attachment" or head.get_filename()
    yield _text(raw, head, head_at, body_at) if kind in _TEXTS and not is_file else None


def _headers(raw: bytes, part: slice) -> tuple[Message, slice, slice]:
    """The headers of a part, and where they and its body stand."""
    if raw[part.start : part.start + 2] == b"\r\n":
        none = BytesHeaderParser(policy=compat32).parsebytes(b"")
        return none, slice(part.start, part.start), slice(part.start + 2, part.stop)
    end = _END_OF_HEAD.search(raw, part.start, part.stop)
    head_end, body = (end.start(), end.end()) if end else (part.stop, part.stop)
    head = BytesHeaderParser(policy=compat32).parsebytes(raw[part.start : head_end] + b"\r\n\r\n")
    return head, slice(part.start, head_end), slice(body, part.stop)


def _children(raw: bytes, body: slice, boundary: str) -> Iterator[slice]:
    if not boundary:
        return
    line = rb"(?<=\n)--" + re.escape(boundary.encode("utf-8", "surrogateescape")) + rb"(--)?[ \t]*(?:\r?\n|\Z)"
    start = None
    for found in re.compile(line).finditer(raw, body.start, body.stop):
        if start is not None:
            yield slice(start, max(start, found.start() - (2 if raw[found.start() - 2] == 13 else 1)))
        if found[1]:
            return
        start = found.end()
    if start is not None:
        yield slice(start, body.stop)


def _text(raw: bytes, head: Message, head_at: slice, body_at: slice) -> Text | None:
    encoding = str(head.get("content-transfer-encoding", "7bit")).strip().lower()
    data = _decode(encoding, raw[body_at])
    if data is None:
        return None
    codec, content = _decoded(data, str(head.get_content_charset("us-ascii")))
    if _INLINE_SEAL.search(content):
        return None
    return Text(head_at, body_at, content, head.get_content_type() == "text/html", codec, encoding)


def _decode(encoding: str, data: bytes) -> bytes | None:
    """The bytes under a transfer encoding; None for one that is unknown or broken."""
    if encoding in {"7bit", "8bit", "binary", ""}:
        return data
    if encoding == "quoted-printable":
        return quopri.decodestring(data)
    if encoding == "base64":
        with suppress(binascii.Error):
            return base64.b64decode(b"".join(data.split()), validate=True)
    return None


def _decoded(data: bytes, charset: str) -> tuple[str, str]:
    """The codec that gives back the same bytes, and the text."""
    with suppress(LookupError, UnicodeError):
        codec = codecs.lookup(charset).name
        text = data.decode(codec)
        if text.encode(codec) == data:
            return codec, text
    return "", data.decode("utf-8", "surrogateescape")


def _encoded(head: bytes, text: Text, content: str) -> tuple[bytes, bytes]:
    """Headers and body of a part that says `content` from now on."""
    try:
        data, charset = content.encode(text.codec or "utf-8", "strict" if text.codec else "surrogateescape"), ""
    except UnicodeEncodeError:
        data, charset = content.encode("utf-8"), "utf-8"
    if charset:
        head = _with_charset(head, text, charset)
    if text.encoding == "base64":
        return head, base64.encodebytes(data).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    is_plain = not _LONG_LINE.search(data) and (data.isascii() or text.encoding in {"8bit", "binary"})
    if is_plain and text.encoding != "quoted-printable":
        return head, data
    if text.encoding != "quoted-printable":
        head = _with_header(head, "Content-Transfer-Encoding", "quoted-printable")
    return head, _LONE_LINE_FEED.sub(b"\r\n", binascii.b2a_qp(data))


def _with_charset(head: bytes, text: Text, charset: str) -> bytes:
    parsed = BytesHeaderParser(policy=compat32).parsebytes(head + b"\r\n\r\n")
    if "content-type" not in parsed:
        parsed["Content-Type"] = "text/html" if text.is_html else "text/plain"
    parsed.set_param("charset", charset)
    return _with_header(head, "Content-Type", " ".join(str(parsed["Content-Type"]).split()))


def _with_header(head: bytes, name: str, value: str) -> bytes:
    line = f"{name}: {value}".encode("utf-8", "surrogateescape")
    old = re.compile(
        rb"^%b[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*?(?=\r?(?:\n(?![ \t])|\Z))" % name.encode(), re.IGNORECASE | re.MULTILINE
    )
    if old.search(head):
        return old.sub(lambda _: line, head, count=1)
    # A part without headers begins with the empty line that ends them.
    return head + b"\r\n" + line if head and not head.endswith(b"\n") else head + line + b"\r\n"
