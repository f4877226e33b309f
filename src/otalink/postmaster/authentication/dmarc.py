"""DMARC (RFC 9989): what the author's domain says of mail that no aligned signature or host vouches for."""

from __future__ import annotations

from otalink.postmaster.authentication import tree_walk
from otalink.postmaster.authentication.alignment import Alignment
from otalink.postmaster.authentication.answers import DnsUnavailable
from otalink.postmaster.authentication.dmarc_record import Record
from otalink.postmaster.authentication.lookups import Lookups
from otalink.postmaster.authentication.method_result import MethodResult


def policy_of(domain: str, lookups: Lookups) -> Record | None:
    """The record that holds for an author's domain: its own, else its organisation's, else its public suffix's.

    Raises:
        DnsUnavailable
    """
    found = []
    for record in tree_walk.walk(domain, lookups):
        if record.domain == domain:
            return record if record.counts else None
        found.append(record)
    organisation = tree_walk.organisation(domain, found).domain
    record_of = {record.domain: record for record in found}
    suffix = found[-1] if found and found[-1].psd == "y" else None
    policy = record_of.get(organisation) or suffix
    return policy if policy and policy.counts else None


def check(alignment: Alignment, found: list[MethodResult], lookups: Lookups) -> MethodResult:
    """The check of an author's domain, from those of DKIM and SPF."""
    author, record = alignment.author, alignment.policy
    if record is None:
        return MethodResult("dmarc", "none", author)
    states = {_state(one, alignment) for one in found}
    result = "pass" if "pass" in states else "temperror" if "temperror" in states else "fail"
    policy = record.policy(author, lambda: _exists(author, lookups)) if result == "fail" else ""
    return MethodResult("dmarc", result, author, policy)


def _state(one: MethodResult, alignment: Alignment) -> str:
    """What one check comes to for the author: pass, temperror or fail."""
    if one.result not in {"pass", "temperror"}:
        return "fail"
    try:
        return one.result if alignment.holds(one.domain, one.method) else "fail"
    except DnsUnavailable:
        return "temperror"


def _exists(domain: str, lookups: Lookups) -> bool:
    try:
        return lookups.exists(domain)
    except DnsUnavailable:
        return True
