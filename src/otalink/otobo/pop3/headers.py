"""The headers by which OTOBO files a mail: all that came with it are taken out, so that those there are ours alone.

An account of OTOBO's that is trusted believes them more than From.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from email.header import Header

_END = re.compile(rb"\r\n\r\n|\Z")
_LONE_END = re.compile(rb"\r\n|\r|\n")
# With whatever a lenient reader may overlook within or behind the name, and all lines that continue it.
_THEIRS = re.compile(
    rb"^[^:\r\n]*?x[^a-z0-9:\r\n]*(?:otobo|otrs)[^:\r\n]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE
)
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^<>\s]{1,250})>", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(rb"^(Subject:)[ \t]*", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")


def with_headers(raw: bytes, given: Mapping[str, str], tag: str = "") -> tuple[bytes, str]:
    """The mail with these X-OTOBO-* headers, by the rest of their name, and no others; and its message id.

    `tag` is put before a subject that lacks it. A mail without a message id gets one.
    """
    head, body = _split(raw)
    head = _THEIRS.sub(b"", head)
    found = _MESSAGE_ID.search(head)
    message_id = found[1].decode("ascii", "replace") if found else f"{hashlib.sha256(raw).hexdigest()[:32]}@otalink"
    lines = [_line(f"X-OTOBO-{name}", value) for name, value in given.items() if value and _NAME.fullmatch(name)]
    if not found:
        lines.append(f"Message-ID: <{message_id}>\r\n".encode())
    if tag and tag.encode() not in head:
        head = _tagged(head, tag.encode())
    return b"".join(lines) + head + b"\r\n" + body, message_id


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """Headers and body, each line ended by CRLF; a carriage return alone ends no header."""
    # To OTOBO, empty lines before the headers would end them.
    lines = _LONE_END.sub(b"\r\n", raw.lstrip(b"\r\n"))
    end = _END.search(lines)
    size = end.start() if end else len(lines)
    return lines[:size].removesuffix(b"\r\n") + b"\r\n", lines[size + 4 :]


def _tagged(head: bytes, tag: bytes) -> bytes:
    if _SUBJECT.search(head):
        return _SUBJECT.sub(lambda found: found[1] + b" " + tag + b" ", head, count=1)
    return b"Subject: " + tag + b"\r\n" + head


def _line(name: str, value: str) -> bytes:
    text = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    encoded = text if text.isascii() and len(text) < 900 else Header(text, "utf-8", 76, name).encode(linesep="\r\n")
    return f"{name}: {encoded}\r\n".encode()
