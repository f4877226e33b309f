"""Domains, and which of them belong to one organisation."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from otalink.customers.addresses import ascii_domain

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_MAX_LENGTH, _MAX_LABEL = 255, 63


def of_address(address: str) -> str:
    """The domain of an address, or of what is one itself, in its ASCII form in lower case; empty where none is."""
    return ascii_form(address.rpartition("@")[2].strip("<> "))


def ascii_form(domain: str) -> str:
    """A domain as the DNS knows it, in lower case; empty where it can be none."""
    if len(domain) > _MAX_LENGTH:
        return ""
    # By the same rules as the identities of customer users: a newer standard than Python's own, by which "straße" is
    # no longer the domain "strasse" of somebody else.
    form = ascii_domain(domain.strip("."))
    return form if form.isascii() and all(0 < len(label) <= _MAX_LABEL for label in form.split(".")) else ""


def is_aligned(domain: str, other: str, *, strict: bool = False) -> bool:
    """Whether two domains are the same or, unless `strict`, belong to one organisation (RFC 7489, 3.1)."""
    if not domain or not other:
        return False
    return domain == other or (not strict and organisation(domain) == organisation(other))


def organisation(domain: str) -> str:
    """The domain that an organisation registered, such as customer.example of mail.customer.example."""
    # Of a top-level domain that the list does not know, people register the level below it.
    return _suffixes().privatesuffix(domain) or domain


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # the list takes megabytes, and only checks need it

    return PublicSuffixList()
