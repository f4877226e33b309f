"""Mails of every structure a mailer could make, with a word in each part that must not get lost on the way."""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st

from otalink.mail.mime import MAX_DEPTH
from tests.mail.tnef import winmail

_BREAKS = st.sampled_from([b"\r\n", b"\n"])
_KINDS = st.sampled_from(["mixed", "alternative", "related", "signed", "report", "digest", "nonsense"])
_ENCODINGS = ["7bit", "8bit", "base64", "quoted-printable", "Quoted Printable", "x-unknown", ""]
_NAMES = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_CHARSETS = ["utf-8", "iso-8859-1", "us-ascii", "utf-16", "iso-2022-jp", "gb2312", "x-unknown", "", '"', "cp1252; x"]
_TYPES = [
    *("text/plain", "text/plain; format=flowed", "text/plain; format=flowed; delsp=yes", "text/html", "text/enriched"),
    *("text/calendar", "application/octet-stream", "image/png", "message/rfc822", "message/delivery-status", "bad"),
    *("application/ms-tnef", "application/pkcs7-mime; smime-type=signed-data", "application/pgp-signature"),
]
_JUNK_LINES = st.sampled_from(
    [
        b"",
        b"boundary=x",
        b"no header",
        b"X-Empty:",
        b"Content-ID: <a@b>",
        b" folded",
        b"Content-Location: a/b.png",
        b":",
    ]
)


@dataclass(frozen=True)
class Structure:
    """A mail, and the words that its reader must find in the text or in a file."""

    raw: bytes
    words: tuple[str, ...]


@st.composite
def mails(draw: st.DrawFn) -> Structure:
    """Any mail."""
    words: list[str] = []
    line_break = draw(_BREAKS)
    head = [b"From: Ann <ann@x.example>", b"Message-ID: <" + draw(st.binary(max_size=3)).hex().encode() + b"@x>"]
    body = _part(draw, words, depth=0, alternative=False)
    raw = b"\n".join([*head, body])
    return Structure(raw.replace(b"\n", line_break), tuple(words))


def _part(draw: st.DrawFn, words: list[str], depth: int, *, alternative: bool) -> bytes:
    if depth >= MAX_DEPTH + 2 or draw(st.integers(0, 2)) > 0:
        return _leaf(draw, words, alternative=alternative)
    return _multipart(draw, words, depth, alternative=alternative)


def _multipart(draw: st.DrawFn, words: list[str], depth: int, *, alternative: bool) -> bytes:
    kind, boundary = draw(_KINDS), b"cut%d" % depth
    alternative = alternative or kind == "alternative"
    quoted = b'"' + boundary + b'"' if draw(st.booleans()) else boundary
    parts = [_part(draw, words, depth + 1, alternative=alternative) for _ in range(draw(st.integers(1, 3)))]
    end = draw(st.sampled_from([b"--" + boundary + b"--\n", b"--" + boundary + b"-\n", b""]))
    head = b"Content-Type: multipart/" + kind.encode() + b"; boundary=" + quoted
    return head + b"\n\n" + b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts) + end


def _leaf(draw: st.DrawFn, words: list[str], *, alternative: bool) -> bytes:
    word = f"word{len(words)}w"
    kind, encoding, charset = (draw(st.sampled_from(of)) for of in (_TYPES, _ENCODINGS, _CHARSETS))
    # Another form of what the mail says elsewhere need not be shown.
    if kind != "text/enriched" or not alternative:
        words.append(word)
    head = [f"Content-Type: {kind}" + (f"; charset={charset}" if kind.startswith("text/") else "")]
    head += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
    name = draw(_NAMES)
    head += [f"Content-Disposition: attachment; filename*=utf-8''{quote(name)}"] if name is not None else []
    junk = [draw(_JUNK_LINES)] if draw(st.integers(0, 3)) == 0 else []
    content = _content(kind, word, draw(st.sampled_from(["", "é", "漢字", "> ", "<p>", "--"])))
    lines = [line.encode() for line in head] + [line for line in junk if line]
    return b"\n".join(lines) + b"\n\n" + _encoded(content, encoding)


def _content(kind: str, word: str, noise: str) -> bytes:
    text = f"{noise}\n{word} \n{noise}"
    if kind == "application/ms-tnef":
        return winmail.message(winmail.file("a.txt", text.encode()))
    if kind == "message/rfc822":
        return f"Subject: {noise}\n\n{text}".encode()
    if kind == "text/calendar":
        return f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{word}\nDTSTART:{noise}\nEND:VEVENT\nEND:VCALENDAR".encode()
    return text.encode()


def _encoded(content: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(content)
    return quopri.encodestring(content) if encoding.lower().startswith("quoted") else content
