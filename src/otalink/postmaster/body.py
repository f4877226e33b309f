"""What a mail says and what it carries: text, HTML and attachments."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from otalink.desk.types import Attachment
from otalink.postmaster import file_names
from otalink.postmaster.charsets import clean, decode
from otalink.postmaster.headers import decode_words
from otalink.postmaster.html_text import to_text
from otalink.postmaster.mime import Part

# Characters. A longer text is cut, a longer list of files too; the whole mail is then added as a file.
MAX_TEXT = 1_000_000
MAX_ATTACHMENTS = 200

_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+_-]*")


@dataclass(frozen=True)
class Body:
    """Text and HTML say the same; `html` is empty where the mail has none."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


@dataclass
class _Piece:
    """One stretch of what the mail says, in one form or in both."""

    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


def read(message: Part, raw: bytes) -> Body:
    """Text, HTML and attachments of a mail; `raw` is kept as an attachment where they cannot hold it all."""
    pieces, files = _sort(message)
    text = "\n\n".join(filter(None, (_as_text(piece) for piece in pieces)))
    has_html = any(piece.html for piece in pieces)
    markup = "\n".join(filter(None, (_as_html(piece) for piece in pieces))) if has_html else ""
    attachments = [_attachment(part, number) for number, part in enumerate(files[:MAX_ATTACHMENTS], start=1)]
    if len(text) > MAX_TEXT or len(markup) > MAX_TEXT or len(files) > MAX_ATTACHMENTS:
        attachments.append(Attachment("complete-message.eml", "message/rfc822", raw))
    # Half a document is no document: HTML that is too long gives way to its text.
    return Body(text[:MAX_TEXT], markup if len(markup) <= MAX_TEXT else "", tuple(attachments))


def _sort(message: Part) -> tuple[list[_Piece], list[Part]]:
    """The pieces of what the mail says, and its files, both in the order of the mail."""
    pieces: list[_Piece] = []
    files: list[Part] = []
    waiting: list[tuple[Part, _Piece | None]] = [(message, None)]
    while waiting:
        part, shared = waiting.pop()
        kind = part.real_type
        if part.children:
            if kind == "multipart/alternative" and shared is None:
                shared = _Piece()
                pieces.append(shared)
            waiting.extend((child, shared) for child in reversed(part.children))
        elif _is_said(part, kind):
            piece = shared or _Piece()
            (piece.html if kind == "text/html" else piece.text).append(_text(part))
            if shared is None:
                pieces.append(piece)
        elif part.get_payload() or _file_name(part):
            files.append(part)
    return pieces, files


def _is_said(part: Part, kind: str) -> bool:
    if part.get_content_disposition() == "attachment" or _file_name(part):
        return False
    # A multipart without parts has a broken boundary; its text is still what somebody wanted to say.
    return kind in {"text/plain", "text/html"} or (kind.startswith("multipart/") and part.get_content_type() == kind)


def _text(part: Part) -> str:
    return clean(decode(part.content(), _param(part, "charset", "content-type"))).strip("\n")


def _as_text(piece: _Piece) -> str:
    said = "\n\n".join(text for text in piece.text if text.strip())
    return said or "\n\n".join(to_text(markup) for markup in piece.html)


def _as_html(piece: _Piece) -> str:
    if piece.html:
        return "\n".join(piece.html)
    return "\n".join(f"<pre>{html.escape(text)}</pre>" for text in piece.text if text.strip())


def _attachment(part: Part, number: int) -> Attachment:
    kind = part.real_type if _TYPE.fullmatch(part.real_type) else "application/octet-stream"
    return Attachment(
        filename=file_names.safe(_file_name(part), kind, number),
        content_type=kind,
        content=part.content(),
        content_id=decode_words(str(part.get("content-id", ""))).strip("<> "),
    )


def _file_name(part: Part) -> str:
    return decode_words(_param(part, "filename", "content-disposition") or _param(part, "name", "content-type"))


def _param(part: Part, name: str, header: str) -> str:
    """A parameter of a header; empty where it is not there or makes no sense."""
    try:
        value = part.get_param(name, "", header)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if not isinstance(value, tuple):
        return str(value)
    charset, _, text = value
    return decode(text.encode("latin-1", "replace"), charset or "utf-8")
