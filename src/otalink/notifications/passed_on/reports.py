"""Telling the sender of a mail that we passed on that it did not arrive, in a report as RFC 3464 says."""

from __future__ import annotations

import secrets
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from otalink.mail.headers import decode_words
from otalink.notifications import message_ids
from otalink.notifications.models import OutboxMail, PassedOnContent
from otalink.notifications.passed_on import copies as passed_on
from otalink.notifications.transport import headers
from otalink.notifications.transport.headers import one_line

_MOST_HEAD = 20_000


def report(content: PassedOnContent, reason: str) -> list[OutboxMail]:
    """Keep a report to the sender, in the caller's transaction, which is to queue it; none where the mail names none.

    Raises:
        OSError, DatabaseError
    """
    if not content.sender:
        return []
    try:
        head = _head(passed_on.read(content))
    except passed_on.Gone:
        head = b""
    # With the null sender: a report that does not arrive is reported to nobody.
    return passed_on.store(_composed(content, reason, head), "", [content.sender])


def _composed(content: PassedOnContent, reason: str, head: bytes) -> bytes:
    host, original = urlsplit(settings.OTALINK_BASE_URL).hostname or "localhost", _parsed(head)
    boundary = f"=_{secrets.token_hex(12)}"
    subject = decode_words(str(original.get("subject", "")))
    about = {
        "From": f"Mail delivery <MAILER-DAEMON@{host}>",
        "To": one_line(content.sender),
        # The desk files it by the number in its subject, or by the mail it refers to.
        "Subject": one_line(f"Undelivered Mail Returned to Sender: {subject}")[:500],
        "Date": format_datetime(timezone.now()),
        "Message-ID": f"<{message_ids.new()}>",
        "Auto-Submitted": "auto-replied",
        "MIME-Version": "1.0",
    }
    if message_id := one_line(str(original.get("message-id", ""))):
        about |= {"In-Reply-To": message_id, "References": message_id}
    lines = "".join(headers.folded(name, value) for name, value in about.items())
    kind = f'Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="{boundary}"\r\n'
    recipient, said = one_line(content.recipient), one_line(reason)
    words = f"This mail could not be delivered to\r\n\r\n    {recipient}\r\n\r\n{said}\r\n"
    parts = (
        _part("text/plain; charset=utf-8", words.encode("utf-8", "replace")),
        _part("message/delivery-status", _status(host, recipient, said).encode("utf-8", "replace")),
        _part("text/rfc822-headers", head),
    )
    line = f"--{boundary}\r\n".encode()
    return f"{lines}{kind}\r\n".encode() + b"".join(line + part for part in parts) + f"--{boundary}--\r\n".encode()


def _status(host: str, recipient: str, said: str) -> str:
    lines = [
        f"Reporting-MTA: dns; {host}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        f"Status: {'5.1.1' if said.startswith('550') else '5.0.0'}",
        f"Diagnostic-Code: smtp; {said}",
    ]
    return "\r\n".join([*lines, ""])


def _part(content_type: str, content: bytes) -> bytes:
    encoding = "7bit" if content.isascii() else "8bit"
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def _head(raw: bytes) -> bytes:
    return raw[:_MOST_HEAD].partition(b"\r\n\r\n")[0] + b"\r\n"


def _parsed(head: bytes) -> Message:
    return BytesHeaderParser(policy=compat32).parsebytes(head + b"\r\n")
