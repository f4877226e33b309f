"""A mail as it goes over SMTP: its headers, its text, the same as HTML, and files."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, quote
from urllib.parse import quote as percent_encoded

from otalink.notifications.transport import headers

_CRLF = b"\r\n"
_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)


@dataclass(frozen=True)
class File:
    """A file that goes with a mail."""

    name: str
    content_type: str
    content: bytes


class RawMail:
    """A mail that somebody else wrote, as it is."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def as_bytes(self) -> bytes:
        """The mail, with CRLF at the end of each line."""
        return self._raw


class OutgoingMail:
    """A mail in the making: headers are set by name, in their order, and each once."""

    def __init__(self, text: str = "", html: str = "", files: tuple[File, ...] = ()) -> None:
        self.text, self.html, self.files = text, html, files
        self._headers: dict[str, str] = {}

    def __setitem__(self, name: str, value: str | datetime) -> None:
        self._headers[name] = format_datetime(value) if isinstance(value, datetime) else value

    def as_bytes(self) -> bytes:
        """The mail, with CRLF at the end of each line.

        Raises:
            ValueError: a header holds what would begin another one.
        """
        head = "".join(headers.folded(name, value) for name, value in self._headers.items())
        return head.encode("utf-8") + b"MIME-Version: 1.0\r\n" + self._body()

    def _body(self) -> bytes:
        body = _text(self.text, b"plain")
        if self.html:
            body = _several(b"alternative", [body, _text(self.html, b"html")])
        return _several(b"mixed", [body, *map(_file, self.files)]) if self.files else body


def _several(kind: bytes, parts: list[bytes]) -> bytes:
    # "=_" stands in no quoted-printable or base64 text, so that no content can end a part.
    boundary = f"=_{secrets.token_hex(12)}".encode()
    head = b'Content-Type: multipart/%b; boundary="%b"\r\n\r\n' % (kind, boundary)
    delimiter = b"--" + boundary
    return head + b"".join(delimiter + _CRLF + part + _CRLF for part in parts) + delimiter + b"--\r\n"


def _text(text: str, subtype: bytes) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").replace("\n", "\r\n")
    head = b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' % subtype
    return head + binascii.b2a_qp(f"{lines}\r\n".encode("utf-8", "replace"))


def _file(file: File) -> bytes:
    head = (
        f"Content-Type: {_content_type(file.content_type)}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; {_parameter('filename', file.name)}\r\n\r\n"
    )
    return head.encode("ascii") + base64.encodebytes(file.content).replace(b"\n", _CRLF)


def _content_type(stated: str) -> str:
    # A mail or several parts may not be encoded as a file is; and what is stated may be anything.
    main = stated.lower().partition("/")[0]
    return stated if _TYPE.fullmatch(stated) and main not in {"message", "multipart"} else "application/octet-stream"


def _parameter(name: str, value: str) -> str:
    """A parameter of a header, its value outside ASCII as RFC 2231 says."""
    clean = headers.one_line(value)
    if clean.isascii() and len(clean) <= 60:
        return f'{name}="{quote(clean)}"'
    return f"{name}*=utf-8''{percent_encoded(clean, safe='')}"
