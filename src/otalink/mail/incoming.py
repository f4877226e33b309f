"""One incoming mail: everything the rest of the product wants to know of it, read once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from otalink.common.languages import LANGUAGES
from otalink.desk.types import NOT_CHECKED, Attachment, Authentication
from otalink.mail import automatic, body, mailboxes, mime, reader, signatures
from otalink.mail.charsets import clean
from otalink.mail.headers import Headers

# Characters. Not every database takes a statement of many megabytes, and nobody reads such a line.
MAX_SUBJECT = 2_000
MAX_RECIPIENTS = 200_000

PREFIX = "x-otobo-"
_DIRECTIVES = {
    name.lower(): name for name in ("Queue", "Title", "State", "Priority", "CustomerUser", "CustomerNo", "Ignore")
}
_FIELD = "dynamicfield-"
# A report carries the mail it is about, or its headers; the message id stands near the top.
_REPORTED = {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"}
_REPORTED_ID = re.compile(rb"^message-id:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class IncomingMail:
    """A parsed mail. Texts are decoded and free of NULs; message ids stand without angle brackets.

    `author_address` is as written and empty where nobody valid is named; `author_name` may stand without it.
    `automatic` says why no person seems to have written it. `directives` are the X-OTOBO-* headers by the rest of their
    name (`Queue`, `DynamicField-NAME`); only the intake knows whether they may be believed. `fingerprint` is equal for
    two copies of one mail. `headers` are all of them, for pre-filters. `size` is in bytes. `signed` says how the mail
    is signed or encrypted; nothing of it is verified. `authentication` is what the intake found out about who sent it.
    `raw` is the mail as it came.
    """

    author_address: str
    author_name: str
    subject: str
    text: str
    html: str
    to: str
    cc: str
    recipients: tuple[str, ...]
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    reported_ids: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    sent_at: datetime | None
    language: str
    automatic: str
    signed: str
    directives: Mapping[str, str]
    fingerprint: str
    headers: Headers = field(compare=False, repr=False)
    size: int
    raw: bytes = field(compare=False, repr=False)
    authentication: Authentication = NOT_CHECKED


def parse(raw: bytes) -> IncomingMail:
    """Read a mail. Takes any bytes; what makes no sense in them is left empty."""
    message = reader.read(raw)
    headers = Headers(message)
    author = mailboxes.author(headers)
    content = body.read(message, raw)
    message_ids = headers.ids("message-id")
    return IncomingMail(
        author_address=author.address,
        author_name=author.name,
        subject=headers.text("subject")[:MAX_SUBJECT],
        text=content.text,
        html=content.html,
        to=headers.text("to")[:MAX_RECIPIENTS],
        cc=headers.text("cc")[:MAX_RECIPIENTS],
        recipients=mailboxes.recipients(headers),
        message_id=message_ids[0] if message_ids else "",
        in_reply_to=next(iter(headers.ids("in-reply-to")), ""),
        references=headers.ids("references"),
        reported_ids=_reported_ids(message, content.attachments),
        attachments=content.attachments,
        sent_at=headers.date(),
        language=_language(headers),
        automatic=automatic.why(
            headers, message.real_type, author.address, (file.content_type for file in content.attachments)
        ),
        signed=signatures.mark(message, content.text),
        directives=_directives(headers),
        fingerprint=_fingerprint(headers, message_ids, author.address, raw),
        headers=headers,
        size=len(raw),
        raw=raw,
    )


def _reported_ids(message: mime.Part, attachments: tuple[Attachment, ...]) -> tuple[str, ...]:
    """The ids of the mails that a bounce is about."""
    if message.real_type != "multipart/report":
        return ()
    reported = (file.content[:65_536] for file in attachments if file.content_type in _REPORTED)
    ids = (found[1].decode("utf-8", "replace") for head in reported if (found := _REPORTED_ID.search(head)))
    return tuple(clean(message_id) for message_id in ids)


def _language(headers: Headers) -> str:
    """The first language that the mail names and we speak; empty where there is none."""
    named = f"{headers.text('content-language')},{headers.text('accept-language')}".lower()
    codes = (re.split(r"[-_;]", word.strip())[0] for word in named.split(","))
    return next((code for code in codes if code in LANGUAGES), "")


def _directives(headers: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, _ in headers.names:
        if name.lower().startswith(PREFIX):
            rest = name[len(PREFIX) :]
            is_field = rest.lower().startswith(_FIELD)
            key = f"DynamicField-{rest[len(_FIELD) :]}" if is_field else _DIRECTIVES.get(rest.lower(), "")
            if key:
                found.setdefault(key, headers.text(name.lower()))
    return found


def _fingerprint(headers: Headers, message_ids: tuple[str, ...], author_address: str, raw: bytes) -> str:
    # A message id alone does not do: a broken client, or somebody who means harm, may use one twice.
    if not message_ids:
        return hashlib.sha256(raw.replace(b"\r\n", b"\n").strip()).hexdigest()
    parts = (message_ids[0], author_address.lower(), headers.first("date"), headers.first("subject"))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
