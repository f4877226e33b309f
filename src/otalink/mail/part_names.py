"""What the file of a part is called: by the mail itself, else by what the file is about."""

from __future__ import annotations

import re
from urllib.parse import unquote

from otalink.common import file_names
from otalink.mail.charsets import decode
from otalink.mail.headers import decode_words
from otalink.mail.mime import Part

MESSAGES = frozenset({"message/rfc822", "message/global"})
# What has a fixed job is called by it, since its sender never gives it a name.
_BY_TYPE = {
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/rfc822-headers": "headers.txt",
    "message/rfc822-headers": "headers.txt",
    "text/calendar": "invitation.ics",
    "text/enriched": "message.txt",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "pgp-version.txt",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/ms-tnef": "winmail.dat",
}
_INNER_SUBJECT = re.compile(rb"^subject[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t]+[^\r\n]+)*)", re.IGNORECASE | re.MULTILINE)
_MAX_INNER_HEAD = 65_536
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+_-]*")
_LOCATION = re.compile(r"[^:?#]*\.[A-Za-z0-9]{1,8}")


def said(part: Part) -> str:
    """The file name that the mail says, decoded but not yet safe; empty where it says none."""
    # Kept, since a header made for it takes long to be read.
    if part.file_name is None:
        name = param(part, "filename", "content-disposition") or param(part, "name", "content-type")
        part.file_name = decode_words(name)
    return part.file_name


def safe_name(part: Part, number: int) -> str:
    """A name for the part's file; `number` tells unnamed files of one mail apart."""
    kind = part.real_type
    name = said(part) or _location(part) or _about(part, kind)
    return file_names.safe(name, file_names.unnamed(kind, number))


def content_type(said_type: str) -> str:
    """The content type that the mail says, or the one of unknown bytes where it makes no sense."""
    return said_type if _TYPE.fullmatch(said_type) else "application/octet-stream"


def content_id(part: Part) -> str:
    """The content id without angle brackets; empty where there is none."""
    return decode_words(str(part.get("content-id", ""))).strip("<> ")


def _about(part: Part, kind: str) -> str:
    if kind in MESSAGES:
        subject = _inner_subject(part.content())
        return file_names.with_extension(subject, ".eml") if subject else ""
    return _BY_TYPE.get(kind, "")


def _location(part: Part) -> str:
    location = decode_words(str(part.get("content-location", "")))
    return unquote(location) if _LOCATION.fullmatch(location) else ""


def _inner_subject(message: bytes) -> str:
    start = message[:_MAX_INNER_HEAD].lstrip(b"\r\n")
    head = _END_OF_HEAD.split(start, maxsplit=1)[0]
    # An empty line too many may stand before it.
    found = _INNER_SUBJECT.search(head) or _INNER_SUBJECT.search(start)
    return decode_words(decode(found[1], "utf-8")) if found else ""


def param(part: Part, name: str, header: str) -> str:
    """A parameter of a header; empty where it is not there or makes no sense."""
    try:
        value = part.get_param(name, "", header)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    if not isinstance(value, tuple):
        return str(value)
    charset, _, text = value
    return decode(text.encode("latin-1", "replace"), charset or "utf-8")
