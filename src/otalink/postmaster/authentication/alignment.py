"""Which domains speak for the author of a mail: those of the same organisation, by RFC 9989 and a little narrower.

The DNS says where organisations end, as far as their domains have DMARC records. A public suffix that has one without
saying that it is a suffix would make everybody below it one organisation, and forgers of each other; so the public
suffix list still parts those, unless the DNS says outright that they belong together.
"""

from __future__ import annotations

from functools import cached_property

from otalink.postmaster.authentication import domains, tree_walk
from otalink.postmaster.authentication.answers import DnsUnavailable
from otalink.postmaster.authentication.dmarc_record import Record
from otalink.postmaster.authentication.lookups import Lookups
from otalink.postmaster.authentication.tree_walk import Organisation


class Alignment:
    """Asks about the domains that signed or sent a mail; `policy` is the DMARC record that holds for its author."""

    def __init__(self, author: str, policy: Record | None, lookups: Lookups) -> None:
        self.author, self.policy = author, policy
        self._lookups = lookups

    def may_hold(self, domain: str) -> bool:
        """Whether a domain could speak for the author, as far as that is known without a question to its servers."""
        if not domain or domain == self.author:
            return bool(domain)
        if self.policy is None:
            return domains.is_aligned(domain, self.author)
        try:
            return self._is_within(domain, self._organisation)
        except DnsUnavailable:
            return domains.is_aligned(domain, self.author)

    def holds(self, domain: str, method: str) -> bool:
        """Whether what dkim or spf say about a domain counts for the author.

        Raises:
            DnsUnavailable
        """
        if not domain or domain == self.author:
            return bool(domain)
        if self.policy is None or self.policy.is_strict(method):
            return False
        ours = self._organisation
        return self._is_within(domain, ours) and self._organisation_of(domain).domain == ours.domain

    @cached_property
    def _organisation(self) -> Organisation:
        return self._organisation_of(self.author)

    def _organisation_of(self, domain: str) -> Organisation:
        return tree_walk.organisation(domain, list(tree_walk.walk(domain, self._lookups)))

    def _is_within(self, domain: str, ours: Organisation) -> bool:
        if domain == ours.domain:  # who holds a domain may speak for all below it
            return True
        is_below = domain.endswith(f".{ours.domain}")
        return is_below and (ours.declared or domains.is_aligned(domain, self.author))
