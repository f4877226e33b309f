"""The DMARC policy record of one domain (RFC 9989, 4.7): what it says of mail in its name, and of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from otalink.postmaster.authentication.lookups import Lookups

_VERSION = re.compile(r"\s*[vV]\s*=\s*DMARC1\s*(?:;|$)")
_URI = re.compile(r"\s*[a-z][a-z0-9+.-]*:[^\s,]+", re.IGNORECASE)
_POLICIES = ("none", "quarantine", "reject")
_WHILE_TESTING = {"none": "none", "quarantine": "none", "reject": "quarantine"}
_MODE = {"dkim": "adkim", "spf": "aspf"}
# The longest ones say where reports go; nobody says more in an honest one.
_MAX_LENGTH = 4_000


@dataclass(frozen=True)
class Record:
    """The tags of a record, in lower case, and the domain that it was found at."""

    domain: str
    tags: dict[str, str]

    @property
    def psd(self) -> str:
        """Whether the domain is a public suffix ("y"), an organisation ("n"), or does not say ("u")."""
        return self.tags.get("psd", "u") if self.tags.get("psd") in {"y", "n"} else "u"

    @property
    def counts(self) -> bool:
        """Whether anything is to be done about mail; a record with a broken policy only asks for reports, if at all."""
        return not self._is_broken() or bool(_URI.match(self.tags.get("rua", "")))

    def is_strict(self, method: str) -> bool:
        """Whether only the author's domain itself counts, with dkim or spf."""
        return self.tags.get(_MODE[method]) == "s"

    def policy(self, domain: str, exists: Callable[[], bool]) -> str:
        """What is to be done with mail from `domain`, this one or one below it, that fails: none, quarantine or reject.

        `exists` says whether there is such a domain in the DNS; it is called only where that makes a difference.
        """
        policy = "none" if self._is_broken() else self._said(domain, exists)
        return _WHILE_TESTING[policy] if self.tags.get("t") == "y" else policy

    def _said(self, domain: str, exists: Callable[[], bool]) -> str:
        everywhere = self.tags["p"]
        if domain == self.domain:
            return everywhere
        below = self.tags.get("sp", everywhere)
        return self.tags["np"] if "np" in self.tags and not exists() else below

    def _is_broken(self) -> bool:
        said = [self.tags.get("p"), *(self.tags[name] for name in ("sp", "np") if name in self.tags)]
        return any(policy not in _POLICIES for policy in said)


def find(domain: str, lookups: Lookups) -> Record | None:
    """The record of a domain; several are as good as none (RFC 9989, 4.10).

    Raises:
        DnsUnavailable
    """
    texts = [text.decode("ascii", "replace") for text in lookups.find(f"_dmarc.{domain}", "TXT")]
    found = [text for text in texts if _VERSION.match(text)]
    return Record(domain, _tags(found[0][:_MAX_LENGTH])) if len(found) == 1 else None


def _tags(text: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for pair in text.split(";"):
        name, equals, value = pair.partition("=")
        if equals:
            # What is said again is a fault of syntax, and ignored.
            tags.setdefault(name.strip().lower(), value.strip().lower())
    return tags
