"""One check of a mail's sender, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MethodResult:
    """`method` is dkim, spf or dmarc; `result` is in the words of RFC 8601.

    `domain` is in lower case: the one that signed, that of the envelope sender, or that of the author. `policy` is what
    the domain wants done with mail that fails DMARC.
    """

    method: str
    result: str
    domain: str = ""
    policy: str = ""

    def __str__(self) -> str:
        return f"{self.method}={self.result}" + (f" {self.domain}" if self.domain else "")
