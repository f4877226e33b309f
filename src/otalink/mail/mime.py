"""A part of a mail, as the standard library's parser fills it.

The parser's own header objects (`email.policy.default`) raise on some broken headers and take most of the time a
mail costs, so headers are kept as plain text here and decoded where they are used.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from email.message import Message
from email.policy import Compat32

from otalink.mail import boundaries, head_repair, transfer
from otalink.mail.charsets import decode_raw

# Real mail stays below ten. Each open level costs time on every line, and every level a Python frame.
MAX_DEPTH = 16

# Characters of one header, and of all headers of a part, each of which counts for some more than it has, since the
# parser needs many times their size.
_MAX_HEADER, _MAX_HEAD, _EACH_HEADER = 250_000, 1_000_000, 100
# Characters of a header with parameters, such as Content-Type; it is read anew for each of them.
_MAX_STRUCTURED = 2_500
_STRUCTURED = {"content-type", "content-disposition"}
# Without a slash, which to the parser means text.
_HALF_A_TYPE = re.compile(r"\s*(?:x-|application|image|audio|video)[^/;\s]*\s*(?:;|$)", re.IGNORECASE)
_MEANT = {"plain/text": "text/plain", "html/text": "text/html", "text/htm": "text/html"}
_DIVIDING = {"content-type", "content-transfer-encoding"}
_UUENCODED = {"x-uuencode", "uuencode", "uue", "x-uue"}
# PNG, JPEG, GIF, PDF, ZIP, gzip. No text begins so, and no text is so in base64: it would hold what no text does.
_FILES_IN_BASE64 = ("iVBORw0KGgo", "/9j/", "R0lGODdh", "R0lGODlh", "JVBERi0x", "UEsDB", "H4sIA")
# Raw 8-bit bytes in a word that says of which charset they are.
_RAW_WORD = re.compile(r"(=\?[^?\s]+\?[qQ]\?)([^?]*)(?=\?=)")
_RAW_BYTE = re.compile("[\udc80-\udcff]")


class PlainHeaders(Compat32):
    """Hands headers out as plain text, raw 8-bit ones decoded."""

    charset = ""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the policy's signature
        """The value as text; the parser and this package ask for headers with parameters so."""
        return plain(value, self.charset)[:_MAX_STRUCTURED]


class Part(Message):
    """A part of a mail. Embedded messages, and what is nested too deep, stay unparsed: they are files to us."""

    depth = 0
    # Whether there is more of the mail than was read.
    is_cut = False
    _head_size = 0
    # Whether a header has 8-bit bytes that no word encodes.
    has_raw = False
    # As the mail says it, decoded; None before somebody asked.
    file_name: str | None = None
    _is_unknown = False
    _real_type: str | None = None
    # The base class hands this out decoded in ways of its own, which cost time and fail on odd charsets.
    _payload: str | list[Message] | None

    def get_content_type(self) -> str:
        """The content type as the parser may see it."""
        real = self.real_type
        return "application/octet-stream" if self._is_opaque(real) else real

    def get_content_maintype(self) -> str:
        """The part of the content type before the slash, as the parser may see it."""
        return self.get_content_type().partition("/")[0]

    @property
    def real_type(self) -> str:
        """The content type that the mail says or means, in lower case."""
        # Kept: the parser and we ask for it again and again.
        if self._real_type is None:
            said = super().get_content_type()
            self._real_type = "application/octet-stream" if self._is_unknown else _MEANT.get(said, said)
        return self._real_type

    def _is_opaque(self, real: str) -> bool:
        return real.startswith("message/") or (real.startswith("multipart/") and self.depth >= MAX_DEPTH)

    def set_raw(self, name: str, value: str) -> None:
        """Take a header in, if there is room; the parser calls this."""
        self._head_size += min(len(value), _MAX_HEADER) + _EACH_HEADER
        self.has_raw |= not value.isascii()
        if name[:8].lower() == "content-":
            value = self._structured(name.lower(), value)
        if self._head_size <= _MAX_HEAD:
            super().set_raw(name, value[:_MAX_HEADER])
        else:
            self.is_cut = True

    def _structured(self, name: str, value: str) -> str:
        self._real_type = None
        if name not in _STRUCTURED or len(value) > _MAX_STRUCTURED:
            return value
        value = head_repair.one_line(value)
        # A mail itself is shown rather than made a file.
        self._is_unknown |= self.depth > 0 and name == "content-type" and _HALF_A_TYPE.match(value) is not None
        return value

    def attach(self, payload: Message) -> None:  # type: ignore[override]
        """Take a part in; the parser calls this before it reads the part's content."""
        if isinstance(payload, Part):
            payload.depth = self.depth + 1
        super().attach(payload)

    @property
    def children(self) -> list[Part]:
        """The parts of a multipart, empty for everything else."""
        return [part for part in self._payload if isinstance(part, Part)] if isinstance(self._payload, list) else []

    def replace(self, number: int, part: Part) -> None:
        """Put `part` in the place of that child."""
        if isinstance(self._payload, list):
            self._payload[number] = part

    def drop_stray_end(self) -> None:
        """Take a last boundary that lacks its last dash out of the text before it."""
        last = self
        while last.children:
            last = last.children[-1]
        if last is not self and isinstance(last._payload, str):
            end = f"--{self.get_boundary()}-"
            if last._payload.rstrip().endswith(end):
                last._payload = last._payload.rstrip()[: -len(end)]

    def cut_short(self) -> bytes:
        """The bytes of a part some of whose headers were taken for its text; empty for a proper one."""
        if not isinstance(self._payload, str):
            return b""
        text = self._payload.encode("ascii", "surrogateescape")
        rest_of_head = head_repair.HEAD.match(text)
        if not rest_of_head or not head_repair.is_cut_short(rest_of_head[0]):
            return b""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.raw_items())
        return head.encode("ascii", "surrogateescape") + text

    def undivided(self) -> bytes:
        """The bytes of a multipart none of whose parts was found, with the boundary that stands in it; else empty."""
        if self.children or not self.get_content_type().startswith("multipart/"):
            return b""
        text = self.content()
        boundary = boundaries.found_in(text)
        if not boundary:
            return b""
        kept = [(name, value) for name, value in self.raw_items() if name.lower() not in _DIVIDING]
        content_type = boundaries.said(str(self.get("content-type", "")), boundary)
        lines = [f"{name}: {value}\r\n" for name, value in [*kept, ("Content-Type", content_type)]]
        return "".join([*lines, "\r\n"]).encode("utf-8", "surrogateescape") + text

    @property
    def said_charset(self) -> str:
        """The charset that the content type names; empty where it names none, or makes no sense."""
        try:
            charset = self.get_param("charset", "")
        except (ValueError, LookupError, TypeError, AttributeError):
            return ""
        return charset if isinstance(charset, str) else ""

    @property
    def has_content(self) -> bool:
        """Whether anything stands below the headers."""
        return bool(self._payload)

    @property
    def is_packed_file(self) -> bool:
        """Whether the content is in base64 and begins as a picture, a PDF or an archive does, whatever it is called."""
        begins = isinstance(self._payload, str) and self._payload[:20].lstrip().startswith(_FILES_IN_BASE64)
        return begins and self._encoding.startswith("base64")

    @property
    def _encoding(self) -> str:
        return "-".join(str(self.get("content-transfer-encoding", "")).lower().split())

    def headers(self) -> Iterator[tuple[str, str]]:
        """Names and values in order."""
        charset = self.policy.charset if isinstance(self.policy, PlainHeaders) else ""
        return ((name, plain(value, charset)) for name, value in self.raw_items())

    def content(self) -> bytes:
        """The bytes of a part that has no children, its transfer encoding undone as far as it can be."""
        return self.decoded()[0]

    def decoded(self) -> tuple[bytes, bytes]:
        """The content, and the plain text that somebody put behind it where its encoding had ended."""
        payload = self._payload if isinstance(self._payload, str) else ""
        data = payload.encode("ascii", "surrogateescape")
        encoding = self._encoding
        # Whatever else a broken header line put behind the word.
        if encoding.startswith("base64"):
            return transfer.split_base64(data)
        if encoding.startswith("quoted-printable"):
            return transfer.from_quoted_printable(data), b""
        return (transfer.from_uuencode(data) if encoding in _UUENCODED else data), b""


def packed_file(name: str, content: bytes) -> Part:
    """A part for a file that stood in a text."""
    part = Part(policy=PlainHeaders())
    part.set_raw("Content-Type", mimetypes.guess_type(name)[0] or "application/octet-stream")
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name.replace("\n", " ")))
    part.set_payload(content.decode("ascii", "surrogateescape"))
    return part


def plain(value: str, charset: str = "") -> str:
    """A header's text without the escapes that stand for raw 8-bit bytes, which are of `charset` where not UTF-8."""
    if value.isascii():
        return value
    value = _RAW_WORD.sub(lambda word: word[1] + _RAW_BYTE.sub(_escaped, word[2]), value)
    return decode_raw(value.encode("utf-8", "surrogateescape"), charset)


def _escaped(byte: re.Match[str]) -> str:
    return f"={ord(byte[0]) - 0xDC00:02X}"
