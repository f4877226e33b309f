"""Mails that are read for one thing in them, for the tests of reading."""

from __future__ import annotations

from otalink.mail.incoming import parse


def text_of(content: bytes, content_type: str, *more: str) -> str:
    """The text of a mail of one part, whose content type is `content_type` and whose further headers are `more`."""
    return parse("\r\n".join([f"Content-Type: {content_type}", *more, "", ""]).encode() + content).text
