"""Looking at a mail as its reader does."""

from __future__ import annotations

import re
from email.message import EmailMessage, Message

_CODE = re.compile(r"^([0-9]{4}-[0-9]{4})$", re.MULTILINE)
_LINK = re.compile(r"http://127\.0\.0\.1:8000/l/([A-Za-z0-9_-]{43})\b")


def part(message: Message, kind: str) -> str:
    """The text of the "plain" or "html" part."""
    assert isinstance(message, EmailMessage)
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def secret_in(message: Message) -> str:
    """The secret of the one link in a mail."""
    (secret,) = set(_LINK.findall(part(message, "plain")))
    return str(secret)


def code_in(message: Message) -> str:
    """The one code in a mail, which stands on a line of its own."""
    (code,) = set(_CODE.findall(part(message, "plain")))
    return str(code)
