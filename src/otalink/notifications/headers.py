"""Headers of outgoing mail, written and folded so that every mail program reads them back unchanged.

The standard library's own folding breaks long message ids into encoded words, and loses a space in some long
non-ASCII subjects; a thread is found by the one and shown under the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy

from otalink.customers.addresses import Address

# What a display name cannot hold outside quotes.
_SPECIAL = re.compile(r'[()<>@,:;."\[\]\\]')
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,250}")
_MOST_REFERENCES = 20


class MailPolicy(EmailPolicy):
    """Mail as it goes over SMTP, with subjects and message ids folded with care."""

    def fold(self, name: str, value: str) -> str:
        """A header as lines."""
        match name.lower():
            case "subject":
                charset = "us-ascii" if value.isascii() else "utf-8"
                lines = Header(str(value), charset, self.max_line_length, header_name=name).encode(linesep=self.linesep)
            case "references" | "in-reply-to":
                lines = f"{self.linesep} ".join(value.split())
            case _:
                return str(super().fold(name, value))
        return f"{name}: {lines}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as bytes."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


POLICY = MailPolicy(linesep="\r\n")


def one_line(text: str) -> str:
    """`text` with every control character and line break made a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def person(address: Address, display_name: str = "") -> str:
    """The value of a From or To header; the display name may hold anything."""
    name = one_line(display_name)
    if _SPECIAL.search(name):
        name = '"{}"'.format(re.sub(r'(["\\])', r"\\\1", name))
    return f"{name} <{address.as_sent}>" if name else address.as_sent


def set_thread(message: EmailMessage, replied_to: str, references: Iterable[str] = ()) -> None:
    """Say which mail it replies to, by message ids without angle brackets; one that is no message id is left out."""
    if not _MESSAGE_ID.fullmatch(replied_to):
        return
    ids = [id_ for id_ in references if _MESSAGE_ID.fullmatch(id_) and id_ != replied_to]
    message["In-Reply-To"] = f"<{replied_to}>"
    message["References"] = " ".join(f"<{id_}>" for id_ in [*ids, replied_to][-_MOST_REFERENCES:])


def mark_automatic(message: EmailMessage, kind: str) -> None:
    """Say that a machine wrote it; `kind` is RFC 3834's `auto-replied` or `auto-generated`."""
    message["Auto-Submitted"] = kind
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    # Another OTOBO, or our own intake, opens no ticket for it: two desks would write to each other for ever.
    message["X-OTOBO-Loop"] = "yes"
