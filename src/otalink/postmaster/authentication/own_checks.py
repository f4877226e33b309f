"""Our own checks of a mail's sender: DKIM signatures, SPF where the sending host is known, and DMARC of both.

Only what can speak for the author is looked at: the rest proves nothing, and with name servers of their own for it a
forger could use up the time that a check has.
"""

from __future__ import annotations

import re
from typing import Any

import dkim
from dkim.util import parse_tag_value

from otalink.mail.incoming import IncomingMail
from otalink.postmaster.authentication import dmarc, spf
from otalink.postmaster.authentication.domains import ascii_form, is_aligned, of_address
from otalink.postmaster.authentication.lookups import DnsUnavailable, Lookups
from otalink.postmaster.authentication.method_result import MethodResult
from otalink.postmaster.delivery import Delivery

# Each costs a lookup and a pass over the mail.
_MAX_SIGNATURES = 5
# Bytes, and lines: hashing is quick, but the library copies the mail several times over, and its headers and each
# signature in time that grows with the square of their length. What is larger proves nothing, or a forger would only
# have to write more.
_MAX_SIZE, _MAX_LINES, _MAX_HEAD, _MAX_SIGNATURE = 20_000_000, 500_000, 200_000, 5_000
_END_OF_HEAD, _SPACES = re.compile(rb"\n\r?\n"), re.compile(rb"[\t ]+")
_SIGNING_DOMAIN = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)")


def checks(mail: IncomingMail, delivery: Delivery, lookups: Lookups | None = None) -> list[MethodResult]:
    """All checks of a mail, never more than a few seconds long; what fails for want of an answer is a temperror."""
    lookups = lookups or Lookups()
    domain = of_address(mail.author_address)
    if not domain:
        return [MethodResult("dmarc", "permerror")]
    found = [*_dkim(mail, domain, lookups), *spf.checks(mail, delivery, lookups)]
    return [*found, dmarc.check(domain, found, lookups)]


def _dkim(mail: IncomingMail, domain: str, lookups: Lookups) -> list[MethodResult]:
    signers = [_SIGNING_DOMAIN.search(value) for value in mail.headers.all("dkim-signature")]
    ours = [number for number, found in enumerate(signers) if found and is_aligned(ascii_form(found[1]), domain)]
    if not ours:
        return [MethodResult("dkim", "none")]
    signer = _signer(mail.raw)
    if signer is None:
        return [MethodResult("dkim", "permerror", domain)]
    return [_signature(signer, number, lookups) for number in ours[:_MAX_SIGNATURES]]


def _signer(raw: bytes) -> Any | None:
    """What checks the signatures of a mail; None where it is too much for that, or its headers are broken."""
    end = _END_OF_HEAD.search(raw)
    head = end.start() if end else len(raw)
    if len(raw) > _MAX_SIZE or head > _MAX_HEAD or raw.count(b"\n") > _MAX_LINES:
        return None
    try:
        return dkim.DKIM(raw, minkey=1024)
    except Exception:  # noqa: BLE001 - it raises more than its own errors
        return None


def _signature(signer: Any, number: int, lookups: Lookups) -> MethodResult:
    whole = signer.body
    signer.domain = None
    try:
        header = [value for name, value in signer.headers if name.lower() == b"dkim-signature"][number]
        if len(header) > _MAX_SIGNATURE:
            return MethodResult("dkim", "permerror")
        if parse_tag_value(header).get(b"c", b"").endswith(b"/relaxed"):
            # It comes to the same; the library takes time that grows with the square of each run of spaces.
            signer.body = _SPACES.sub(b" ", whole)
        valid = signer.verify(number, dnsfunc=lambda name, timeout: _key(name, lookups))  # noqa: ARG005
        # The library also takes a signature that leaves the author out, which no signer may make (RFC 6376, 5.4).
        whole_mail = b"l" not in signer.signature_fields and b"from" in signer.include_headers
        result = "pass" if valid and whole_mail else "fail"
    except DnsUnavailable:
        result = "temperror"
    except Exception:  # noqa: BLE001 - whatever a broken signature makes the library raise, it proves nothing
        result = "permerror"
    finally:
        signer.body = whole
    named = (signer.domain or b"").decode("ascii", "replace")
    return MethodResult("dkim", result, ascii_form(named))


def _key(name: bytes, lookups: Lookups) -> bytes | None:
    records: list[bytes] = lookups.find(name.decode("ascii"), "TXT")
    return records[0] if records else None
