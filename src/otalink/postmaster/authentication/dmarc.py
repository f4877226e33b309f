"""DMARC (RFC 7489): what the author's domain says of mail that no aligned signature or host vouches for."""

from __future__ import annotations

from otalink.postmaster.authentication.domains import is_aligned, organisation
from otalink.postmaster.authentication.lookups import DnsUnavailable, Lookups
from otalink.postmaster.authentication.method_result import MethodResult


def check(domain: str, found: list[MethodResult], lookups: Lookups) -> MethodResult:
    """The check of an author's domain, from those of DKIM and SPF."""
    try:
        tags, is_own = _policy(domain, lookups)
    except DnsUnavailable:
        return MethodResult("dmarc", "temperror", domain)
    if not tags:
        return MethodResult("dmarc", "none", domain)
    aligned = [one for one in found if is_aligned(one.domain, domain, strict=tags.get(_MODE[one.method]) == "s")]
    policy = tags.get("p", "none") if is_own else tags.get("sp", tags.get("p", "none"))
    if any(one.result == "pass" for one in aligned):
        return MethodResult("dmarc", "pass", domain, policy)
    if any(one.result == "temperror" for one in aligned):
        return MethodResult("dmarc", "temperror", domain, policy)
    return MethodResult("dmarc", "fail", domain, policy)


_MODE = {"dkim": "adkim", "spf": "aspf"}


def _policy(domain: str, lookups: Lookups) -> tuple[dict[str, str], bool]:
    """The tags of the policy, and whether it is the domain's own rather than its organisation's."""
    if tags := _record(domain, lookups):
        return tags, True
    parent = organisation(domain)
    return (_record(parent, lookups) if parent != domain else {}), False


def _record(domain: str, lookups: Lookups) -> dict[str, str]:
    records = [text.decode("ascii", "replace") for text in lookups.find(f"_dmarc.{domain}", "TXT")]
    policies = [text for text in records if text.replace(" ", "").split(";")[0] == "v=DMARC1"]
    # Several are as good as none (RFC 7489, 6.6.3).
    if len(policies) != 1:
        return {}
    pairs = (pair.split("=", 1) for pair in policies[0].split(";") if "=" in pair)
    return {name.strip().lower(): value.strip().lower() for name, value in pairs}
