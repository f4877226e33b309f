"""What a mail says and what it carries: text, HTML and attachments."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field

from otalink.desk.types import Attachment
from otalink.mail import archives, part_names
from otalink.mail.mime import Part, packed_file
from otalink.mail.text import calendars, part_text, uuencoded
from otalink.mail.text.html import MAX_LAID_OUT, to_text
from otalink.mail.tnef.attachments import attachments_of, unpacked
from otalink.mail.tnef.container import Unpacked

# Characters. A longer text is cut, and the whole mail then added as a file.
MAX_TEXT = 1_000_000
# Each is written to disk by itself while a ticket is filed; more of them go into one archive.
MAX_ATTACHMENTS = 200
# Texts beyond so many characters are kept as files, and so is winmail.dat beyond a few.
_MAX_SAID = 2 * MAX_TEXT
_MAX_UNPACKED = 5
# A longer text with a file's name is a log or a table, no letter.
_MAX_NAMED = 100_000
_MAX_LOOKED_AT = 20

# Further forms of what an alternative says in HTML.
_ALTERNATIVES = frozenset({"text/x-amp-html", "text/watch-html"})


@dataclass(frozen=True)
class Body:
    """Text and HTML say the same; `html` is empty where the mail has none."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


@dataclass
class _Piece:
    """One stretch of what the mail says, in one form or in several."""

    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    enriched: list[str] = field(default_factory=list)


def read(message: Part, raw: bytes) -> Body:
    """Text, HTML and attachments of a mail; `raw` is kept as an attachment where they cannot hold it all."""
    pieces, files = _sort(message)
    if not any(any(map(str.strip, [*piece.text, *piece.html, *piece.enriched])) for piece in pieces):
        # It stays a file too.
        pieces.extend(_named_text(files))
    text = "\n\n".join(filter(None, _texts(pieces)))
    has_html = any(piece.html for piece in pieces)
    markup = "\n".join(filter(None, (_as_html(piece) for piece in pieces))) if has_html else ""
    attachments: list[Attachment] = []
    packed = 0
    for part in files:
        inside = unpacked(part) if packed < _MAX_UNPACKED else None
        packed += inside is not None
        text, markup = _with_packed(text, markup, inside) if inside else _with_event(text, markup, part)
        attachments += attachments_of(inside, len(attachments)) if inside else [_attachment(part, len(attachments) + 1)]
    if len(attachments) > MAX_ATTACHMENTS:
        attachments = [*attachments[: MAX_ATTACHMENTS - 1], archives.of(attachments[MAX_ATTACHMENTS - 1 :])]
    if message.is_cut or len(text) > MAX_TEXT or len(markup) > MAX_TEXT:
        attachments.append(Attachment("complete-message.eml", "message/rfc822", raw))
    # Half a document is no document: HTML that is too long gives way to its text.
    return Body(text[:MAX_TEXT], markup if len(markup) <= MAX_TEXT else "", tuple(attachments))


def _sort(message: Part) -> tuple[list[_Piece], list[Part]]:
    """The pieces of what the mail says, and its files, both in the order of the mail."""
    pieces: list[_Piece] = []
    files: list[Part] = []
    room = _MAX_SAID
    waiting: list[tuple[Part, _Piece | None, bool]] = [(message, None, False)]
    while waiting:
        part, shared, is_form = waiting.pop()
        kind = part.real_type
        if part.children:
            is_alternative = kind == "multipart/alternative"
            if is_alternative and shared is None:
                shared = _Piece()
                pieces.append(shared)
            waiting.extend((child, shared, is_alternative) for child in reversed(part.children))
        elif _is_said(part, kind, is_form) and room > 0:
            piece = shared or _Piece()
            text, packed = _unpacked_text(part, kind)
            room -= len(text)
            _form(piece, kind).append(text)
            files.extend(packed)
            if shared is None:
                pieces.append(piece)
        elif _is_file(part, kind, shared):
            files.append(part)
    return pieces, files


def _is_said(part: Part, kind: str, is_form: bool) -> bool:
    if part.is_packed_file:
        return False
    # A form of an alternative is text whatever it is called.
    if part.get_content_disposition() == "attachment" or (not is_form and part_names.said(part)):
        return False
    # A multipart without parts has a broken boundary; its text is still what somebody wanted to say.
    return kind in part_text.KINDS or (kind.startswith("multipart/") and part.get_content_type() == kind)


def _named_text(files: list[Part]) -> Iterator[_Piece]:
    """Of a mail without any text, the first text that has a file's name but is not sent as an attachment."""
    for part in files[:_MAX_LOOKED_AT]:
        kind = part.real_type
        if kind in part_text.KINDS and part.get_content_disposition() != "attachment" and b"\0" not in part.content():
            piece = _Piece()
            _form(piece, kind).append(part_text.text(part, kind))
            if any(text.strip() and len(text) <= _MAX_NAMED for text in _form(piece, kind)):
                yield piece
                return


def _unpacked_text(part: Part, kind: str) -> tuple[str, list[Part]]:
    """What a part says, and the files in uuencode that stood in it."""
    text = part_text.text(part, kind)
    if kind != "text/plain" or "\nend" not in text:
        return text, []
    text, files = uuencoded.unpack(text)
    return text, [packed_file(file.name, file.content) for file in files]


def _form(piece: _Piece, kind: str) -> list[str]:
    return {"text/html": piece.html, "text/enriched": piece.enriched}.get(kind, piece.text)


def _is_file(part: Part, kind: str, shared: _Piece | None) -> bool:
    if shared is not None and kind in _ALTERNATIVES:
        return False
    return part.has_content or bool(part_names.said(part))


def _texts(pieces: list[_Piece]) -> Iterator[str]:
    """What each piece says, as plain text."""
    room = MAX_LAID_OUT
    for piece in pieces:
        forms = [text for text in piece.text if text.strip()]
        if not forms:
            forms = list(filter(None, (to_text(markup, room) for markup in piece.html))) or piece.enriched
            room -= sum(map(len, piece.html))
        yield "\n\n".join(forms)


def _as_html(piece: _Piece) -> str:
    if piece.html:
        return "\n".join(piece.html)
    return "\n".join(f"<pre>{html.escape(text)}</pre>" for text in piece.text or piece.enriched if text.strip())


def _with_packed(text: str, markup: str, inside: Unpacked) -> tuple[str, str]:
    """Text and HTML of the mail, or those in its winmail.dat where the mail has none of its own."""
    if text.strip() or markup:
        return text, markup
    return inside.text or to_text(inside.html), inside.html


def _with_event(text: str, markup: str, part: Part) -> tuple[str, str]:
    """Text and HTML with a line about the event, where that is a calendar part and the mail does not name it."""
    line = calendars.summary(part.content()) if part.real_type == "text/calendar" else ""
    if not line or line.partition(": ")[2].partition(", ")[0] in text:
        return text, markup
    return "\n\n".join(filter(None, (text, line))), f"{markup}\n<p>{html.escape(line)}</p>" if markup else ""


def _attachment(part: Part, number: int) -> Attachment:
    return Attachment(
        filename=part_names.safe_name(part, number),
        content_type=part_names.content_type(part.real_type),
        content=part.content(),
        content_id=part_names.content_id(part),
    )
