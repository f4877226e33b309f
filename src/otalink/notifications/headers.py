"""Header folding that every mail program reads back unchanged.

The standard library's own folding breaks long message ids into encoded words, and loses a space in some long
non-ASCII subjects; a thread is found by the one and shown under the other.
"""

from __future__ import annotations

from email.header import Header
from email.policy import EmailPolicy


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
