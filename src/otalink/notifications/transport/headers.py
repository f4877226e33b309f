"""Headers of outgoing mail, written and folded so that every mail program reads them back unchanged.

The standard library's own folding breaks long message ids into encoded words, and loses a space in some long
non-ASCII subjects; a thread is found by the one and shown under the other. It also takes most of the time of a mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header
from typing import Protocol

from otalink.customers.addresses import Address

# What a display name cannot hold outside quotes.
_SPECIAL = re.compile(r'[()<>@,:;."\[\]\\]')
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,250}")
_MOST_REFERENCES = 20
# As mail programs make them (RFC 5322, 3.6.4, without the obsolete forms): no place for words, and not much of it.
_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_PLAIN_MESSAGE_ID = re.compile(rf"(?=.{{3,128}}\Z){_ATOMS}@(?:{_ATOMS}|\[[0-9A-Fa-f.:]+\])")
_BREAK = re.compile(r"[\r\n\0]")
_ESCAPED = re.compile(r"\\(.)")
_LINE = 76
CRLF = "\r\n"


class Headers(Protocol):
    """What takes a header by its name."""

    def __setitem__(self, name: str, value: str) -> None: ...


def folded(name: str, value: str) -> str:
    """A header as lines, each ended by CRLF; what it holds outside ASCII is encoded, except in addresses.

    Raises:
        ValueError: the value would begin another header.
    """
    if _BREAK.search(value):
        raise ValueError(f"a line break in the header {name}")
    match name.lower():
        case "from" | "to" | "reply-to":
            lines = _folded_person(name, value)
        case "references" | "in-reply-to":
            lines = "\r\n ".join(value.split())
        case _:
            lines = value if _is_plain(value, _LINE - len(name) - 2) else _encoded(name, value)
    return f"{name}: {lines}\r\n"


def _folded_person(name: str, value: str) -> str:
    display_name, _, address = value.rpartition(" <")
    if not display_name:
        return value
    if not _is_plain(display_name, _LINE - len(name) - 2):
        quoted = display_name.startswith('"')
        display_name = _encoded(name, _ESCAPED.sub(r"\1", display_name[1:-1]) if quoted else display_name, "utf-8")
    is_long = len(name) + len(display_name) + len(address) + 4 > _LINE
    return f"{display_name}{CRLF if is_long else ''} <{address}"


def _is_plain(text: str, length: int) -> bool:
    # What looks like an encoded word would be read as one.
    return text.isascii() and len(text) <= length and "=?" not in text


def _encoded(name: str, text: str, charset: str = "") -> str:
    # A line can be broken only at a space.
    is_plain = text.isascii() and "=?" not in text and all(len(word) < _LINE // 2 for word in text.split())
    charset = charset or ("us-ascii" if is_plain else "utf-8")
    return Header(text, charset, _LINE, header_name=name).encode(linesep=CRLF)


def one_line(text: str) -> str:
    """`text` with every control character and line break made a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def person(address: Address, display_name: str = "") -> str:
    """The value of a From or To header; the display name may hold anything."""
    name = one_line(display_name)
    if _SPECIAL.search(name):
        name = '"{}"'.format(re.sub(r'(["\\])', r"\\\1", name))
    return f"{name} <{address.as_sent}>" if name else address.as_sent


def set_thread(mail: Headers, replied_to: str, references: Iterable[str] = ()) -> None:
    """Say which mail it replies to, by message ids without angle brackets; one that is no message id is left out."""
    if not _MESSAGE_ID.fullmatch(replied_to):
        return
    ids = [id_ for id_ in references if _MESSAGE_ID.fullmatch(id_) and id_ != replied_to]
    mail["In-Reply-To"] = f"<{replied_to}>"
    mail["References"] = " ".join(f"<{id_}>" for id_ in [*ids, replied_to][-_MOST_REFERENCES:])


def set_plain_thread(mail: Headers, replied_to: str) -> None:
    """Say which mail it replies to, by that id alone, and only if it is a usual one: a stranger may have chosen it."""
    if _PLAIN_MESSAGE_ID.fullmatch(replied_to):
        set_thread(mail, replied_to)


def mark_automatic(mail: Headers, kind: str) -> None:
    """Say that a machine wrote it; `kind` is RFC 3834's `auto-replied` or `auto-generated`."""
    mail["Auto-Submitted"] = kind
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    # Another OTOBO, or our own intake, opens no ticket for it: two desks would write to each other for ever.
    mail["X-OTOBO-Loop"] = "yes"
