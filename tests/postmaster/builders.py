"""Mails as bytes, for the tests of mail intake."""

from __future__ import annotations

import itertools
from email.utils import formatdate

from otalink.sysconfig import declarations, store

MX = "mx.desk.example"
# Old mail is answered by nobody.
TODAY = formatdate()
ANN = "Ann Lee <ann@customer.example>"
_numbers = itertools.count(1)


def mail(
    text: str = "The printer is on fire.",
    *headers: str,
    sender: str | None = ANN,
    subject: str | None = "Printer",
    message_id: str | None = None,
) -> bytes:
    """A mail; `headers` are further header lines, `sender` or `subject` None leaves that header out.

    Every mail has a message id of its own unless one is given; an empty one leaves the header out.
    """
    lines = [] if sender is None else [f"From: {sender}"]
    lines += [] if subject is None else [f"Subject: {subject}"]
    if message_id != "":
        lines.append(f"Message-ID: <{message_id or f'{next(_numbers)}@customer.example'}>")
    lines += ["To: support@localhost", f"Date: {TODAY}", *headers]
    return "\r\n".join([*lines, "", text, ""]).encode("utf-8", "surrogateescape")


def proven(domain: str = "customer.example") -> str:
    """The header line of our own mail server that proves a mail to be from that domain; `trust` has it believed."""
    return f"Authentication-Results: {MX}; dmarc=pass header.from={domain}"


def trust() -> None:
    """Believe the results that our own mail server writes into mail."""
    store.set_value(declarations.TRUSTED_SERVERS.name, MX)


def headers(*lines: str) -> bytes:
    """A mail of these header lines and a short text."""
    return "\r\n".join([*lines, "", "Hello.", ""]).encode("utf-8", "surrogateescape")


def multipart(kind: str, *parts: bytes) -> bytes:
    """A mail of a multipart type from whole parts, each with its headers."""
    body = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts)
    head = f"From: {ANN}\r\nSubject: Parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary=cut\r\n\r\n"
    return head.encode() + body + b"--cut--\r\n"


def part(content: bytes, content_type: str = "text/plain; charset=utf-8", *more: str) -> bytes:
    """A part with its headers."""
    return "\r\n".join([f"Content-Type: {content_type}", *more, "", ""]).encode("utf-8", "surrogateescape") + content
