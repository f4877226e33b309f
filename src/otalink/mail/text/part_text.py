"""The text of one part, as its author meant it: transfer encoding, charset and folding undone."""

from __future__ import annotations

import re

from otalink.mail.charsets import clean, decode
from otalink.mail.headers import decode_words
from otalink.mail.mime import Part
from otalink.mail.part_names import param
from otalink.mail.text import enriched, flowed

# Bytes. Far more than what is kept of a text in any charset.
_MAX_READ = 5_000_000

KINDS = frozenset({"text/plain", "text/html", "text/enriched"})

# HTML names its charset itself where the mail does not.
_META = re.compile(rb"<meta[^>]{1,300}?charset\s*=\s*[\"']?([a-z0-9_:.-]{2,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)


def text(part: Part, kind: str) -> str:
    """What a part says. HTML stays HTML."""
    content, behind = part.decoded()
    content = _start(content)
    charset = _charset(part, kind, content)
    said = clean(decode(content, charset))
    if kind == "text/enriched":
        said = enriched.to_text(said)
    elif kind == "text/plain" and param(part, "format", "content-type").lower() == "flowed":
        said = flowed.unfold(said, delete_space=param(part, "delsp", "content-type").lower() == "yes")
    footer = clean(decode(_start(behind), charset))
    return "\n\n".join(filter(None, (said.strip("\n"), footer)))


def _start(content: bytes) -> bytes:
    if len(content) <= _MAX_READ:
        return content
    # Between two lines, since half a character makes no sense in any charset.
    return content[: content.rfind(b"\n", 0, _MAX_READ) + 1 or _MAX_READ]


def _charset(part: Part, kind: str, content: bytes) -> str:
    named = param(part, "charset", "content-type")
    if named:
        return named
    value = str(part.get("content-type", ""))
    # Some scripts encode the parameter like a subject.
    hidden = _CHARSET.search(decode_words(value)) if "=?" in value else None
    if hidden:
        return hidden[1]
    inside = _META.search(content[:4_096]) if kind == "text/html" else None
    return inside[1].decode("ascii") if inside else ""
