"""The trace that each mail gets on its way through the relay, and by which one is known that goes round in circles."""

from __future__ import annotations

import re
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

_BY = "(otalink relay)"
# A mail that an agent redirects may have come through here before, and be about one that had.
_MOST = 5
_REFERENCES = re.compile(rb"^References:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)
_IN_REPLY_TO = re.compile(rb"^In-Reply-To:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(rb"<[^<>\s]{1,998}>")
_OURS_AMONG = re.compile(rb"<[0-9a-f]{32}@[^<>]*>", re.IGNORECASE)
_OURS = re.compile(rb"^Received:(?:[^\n]|\n[ \t])*\(otalink relay\)", re.IGNORECASE | re.MULTILINE)


def traced(raw: bytes, id_: str) -> bytes:
    """The mail with one more line above its headers, which stay as they are; it names the copy by our message id."""
    host = urlsplit(settings.OTALINK_BASE_URL).hostname
    return f"Received: by {host} {_BY}\r\n id {id_}; {format_datetime(timezone.now())}\r\n".encode() + raw


def referring(raw: bytes, id_: str = "") -> bytes:
    """The mail with our message id among its references, so that its reader's answer names it.

    What OTOBO took from the mail that it answers may be the ids of copies of others, who could be taken for those.
    """
    head, end, body = raw.partition(b"\r\n\r\n")
    head += b"\r\n"
    found, answered = _REFERENCES.search(head), _IN_REPLY_TO.search(head)
    # Whoever reads references looks at nothing else.
    named = _ID.findall(found[0]) if found else _ID.findall(answered[0]) if answered and id_ else []
    ids = [one for one in named if not _OURS_AMONG.fullmatch(one)]
    ids += [f"<{id_}>".encode()] if id_ else []
    start, stop = found.span() if found else (len(head), len(head))
    line = b"References: " + b"\r\n ".join(ids) + b"\r\n" if ids else b""
    return head[:start] + line + head[stop:] + end[2:] + body


def is_loop(raw: bytes) -> bool:
    """Whether a mail came through here so often that it would come again, as where our mail host is ourselves."""
    return len(_OURS.findall(raw.partition(b"\r\n\r\n")[0])) >= _MOST
