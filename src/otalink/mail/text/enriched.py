"""Plain text from `text/enriched` (RFC 1896), which old mailers send in place of HTML."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"<param>[^<]*</param>", re.IGNORECASE)
_COMMAND = re.compile(r"</?[a-z0-9-]{1,60}>", re.IGNORECASE)


def to_text(enriched: str) -> str:
    """What a reader of it would read: a single newline is a space, of several one is left out."""
    # A doubled bracket stands for itself.
    text = _COMMAND.sub("", _PARAMETER.sub("", enriched.replace("<<", "\0")))
    return re.sub(r"\n+", lambda breaks: "\n" * (len(breaks[0]) - 1) or " ", text).replace("\0", "<")
