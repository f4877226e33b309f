"""Our own checks of a mail's sender: DKIM signatures, SPF where the sending host is known, and DMARC of both.

Only what can speak for the author is looked at: the rest proves nothing, and with name servers of their own for it a
forger could use up the time that a check has.
"""

from __future__ import annotations

from otalink.mail.incoming import IncomingMail
from otalink.postmaster.authentication import dkim_signatures, dmarc, spf
from otalink.postmaster.authentication.alignment import Alignment
from otalink.postmaster.authentication.answers import DnsUnavailable
from otalink.postmaster.authentication.domains import of_address
from otalink.postmaster.authentication.lookups import Lookups
from otalink.postmaster.authentication.method_result import MethodResult
from otalink.postmaster.delivery import Delivery


def checks(mail: IncomingMail, delivery: Delivery, lookups: Lookups | None = None) -> list[MethodResult]:
    """All checks of a mail, never more than a few seconds long; what fails for want of an answer is a temperror."""
    lookups = lookups or Lookups()
    domain = of_address(mail.author_address)
    if not domain:
        return [MethodResult("dmarc", "permerror")]
    try:
        alignment = Alignment(domain, dmarc.policy_of(domain, lookups), lookups)
    except DnsUnavailable:
        # The list of public suffixes still says whose signature is worth a look.
        return [*_found(mail, delivery, Alignment(domain, None, lookups), lookups), _unknown(domain)]
    found = _found(mail, delivery, alignment, lookups)
    return [*found, dmarc.check(alignment, found, lookups)]


def _found(mail: IncomingMail, delivery: Delivery, alignment: Alignment, lookups: Lookups) -> list[MethodResult]:
    signatures = dkim_signatures.checks(mail, alignment, lookups)
    return [*signatures, *spf.checks(mail, delivery, alignment, lookups)]


def _unknown(domain: str) -> MethodResult:
    return MethodResult("dmarc", "temperror", domain)
