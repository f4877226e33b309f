"""Our own checks of a mail's sender: DKIM signatures, SPF where the sending host is known, and DMARC of both.

Only what can speak for the author is looked at: the rest proves nothing, and with name servers of their own for it a
forger could use up the time that a check has.
"""

from __future__ import annotations

import re

import dkim

from otalink.postmaster import verdicts_dmarc, verdicts_spf
from otalink.postmaster.mail import IncomingMail
from otalink.postmaster.outcome import Envelope
from otalink.postmaster.verdicts_check import Check
from otalink.postmaster.verdicts_dns import DnsUnavailable, Lookups
from otalink.postmaster.verdicts_domains import ascii_form, is_aligned, of_address

# Each costs a lookup and a pass over the mail.
_MAX_SIGNATURES = 5
# Bytes. Hashing is quick, but the library copies the mail several times over.
_MAX_SIZE = 20_000_000
_SIGNING_DOMAIN = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)")


def checks(mail: IncomingMail, envelope: Envelope, lookups: Lookups | None = None) -> list[Check]:
    """All checks of a mail, never more than a few seconds long; what fails for want of an answer is a temperror."""
    lookups = lookups or Lookups()
    domain = of_address(mail.author_address)
    if not domain:
        return [Check("dmarc", "permerror")]
    found = [*_dkim(mail, domain, lookups), *verdicts_spf.checks(mail, envelope, lookups)]
    return [*found, verdicts_dmarc.check(domain, found, lookups)]


def _dkim(mail: IncomingMail, domain: str, lookups: Lookups) -> list[Check]:
    signers = [_SIGNING_DOMAIN.search(value) for value in mail.headers.all("dkim-signature")]
    ours = [number for number, found in enumerate(signers) if found and is_aligned(ascii_form(found[1]), domain)]
    if not ours:
        return [Check("dkim", "none")]
    if mail.size > _MAX_SIZE:
        return [Check("dkim", "temperror", domain)]
    return [_signature(mail.raw, number, lookups) for number in ours[:_MAX_SIGNATURES]]


def _signature(raw: bytes, number: int, lookups: Lookups) -> Check:
    signer = dkim.DKIM(raw, minkey=1024)
    try:
        valid = signer.verify(number, dnsfunc=lambda name, timeout: _key(name, lookups))  # noqa: ARG005
        result = "pass" if valid and b"l" not in signer.signature_fields else "fail"
    except DnsUnavailable:
        result = "temperror"
    except Exception:  # noqa: BLE001 - whatever a broken signature makes the library raise, it proves nothing
        result = "permerror"
    named = (signer.domain or b"").decode("ascii", "replace")
    return Check("dkim", result, ascii_form(named))


def _key(name: bytes, lookups: Lookups) -> bytes | None:
    records: list[bytes] = lookups.find(name.decode("ascii"), "TXT")
    return records[0] if records else None
