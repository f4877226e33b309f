"""The DKIM signatures of a mail (RFC 6376) that could speak for its author.

The library stands behind this module alone. It was written for honest mail, so everything that could keep it busy is
measured first: what is too much proves nothing, or a forger would only have to write more.
"""

from __future__ import annotations

import re
from typing import Any

import dkim
from dkim.util import parse_tag_value

from otalink.mail.incoming import IncomingMail
from otalink.postmaster.authentication.alignment import Alignment
from otalink.postmaster.authentication.answers import DnsUnavailable
from otalink.postmaster.authentication.domains import ascii_form
from otalink.postmaster.authentication.lookups import Lookups
from otalink.postmaster.authentication.method_result import MethodResult

# Each costs a lookup and a pass over the mail.
_MAX_SIGNATURES = 5
# Bytes, and lines: hashing is quick, but the library copies the mail several times over, and its headers and each
# signature in time that grows with the square of their length; it looks for each name signed in all headers.
_MAX_SIZE, _MAX_LINES, _MAX_HEAD, _MAX_SIGNATURE = 20_000_000, 500_000, 200_000, 5_000
_MAX_HEADERS, _MAX_NAMES = 2_000, 200
# Bytes of a key's record, and bits: a power of numbers as long as a record can be takes minutes and more.
_MAX_KEY, _MAX_MODULUS, _MAX_EXPONENT = 4_000, 8_192, 64
_END_OF_HEAD, _SPACES = re.compile(rb"\n\r?\n"), re.compile(rb"[\t ]+")
_SIGNING_DOMAIN = re.compile(r"(?:^|;)\s*d\s*=\s*([^;\s]+)")


def checks(mail: IncomingMail, alignment: Alignment, lookups: Lookups) -> list[MethodResult]:
    """The checks of the signatures; what fails for want of an answer is a temperror."""
    signers = [_SIGNING_DOMAIN.search(value) for value in mail.headers.all("dkim-signature")]
    ours = [number for number, found in enumerate(signers) if found and alignment.may_hold(ascii_form(found[1]))]
    if not ours:
        return [MethodResult("dkim", "none")]
    signer = _signer(mail.raw)
    if signer is None:
        return [MethodResult("dkim", "permerror", alignment.author)]
    return [_signature(signer, number, lookups) for number in ours[:_MAX_SIGNATURES]]


def _signer(raw: bytes) -> Any | None:
    """What checks the signatures of a mail; None where it is too much for that, or its headers are broken."""
    end = _END_OF_HEAD.search(raw)
    head = end.start() if end else len(raw)
    if len(raw) > _MAX_SIZE or head > _MAX_HEAD or raw.count(b"\n") > _MAX_LINES:
        return None
    try:
        signer = dkim.DKIM(raw, minkey=1024)
    except Exception:  # noqa: BLE001 - it raises more than its own errors
        return None
    return signer if len(signer.headers) <= _MAX_HEADERS else None


def _signature(signer: Any, number: int, lookups: Lookups) -> MethodResult:
    whole = signer.body
    signer.domain = None
    try:
        header = [value for name, value in signer.headers if name.lower() == b"dkim-signature"][number]
        if len(header) > _MAX_SIGNATURE:
            return MethodResult("dkim", "permerror")
        tags = parse_tag_value(header)
        if tags.get(b"h", b"").count(b":") >= _MAX_NAMES:
            return MethodResult("dkim", "permerror")
        if tags.get(b"c", b"").endswith(b"/relaxed"):
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
    """The record of a key; None where there is none, or it would keep us busy."""
    records: list[bytes] = lookups.find(name.decode("ascii"), "TXT")
    if not records or len(records[0]) > _MAX_KEY:
        return None
    key = dkim.evaluate_pk(name, records[0])[0]
    is_quick = key["modulus"].bit_length() <= _MAX_MODULUS and key["publicExponent"].bit_length() <= _MAX_EXPONENT
    return records[0] if is_quick else None
