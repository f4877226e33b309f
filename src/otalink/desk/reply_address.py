"""Signed reply addresses, `queue+<ticket>.<mac>@host`: where a reader's answers to a ticket come, and nobody else's.

The MAC, of 128 bits, is over ticket and reader. Mail systems change the case of what stands before the @, so it is
written in characters that have none to lose.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_MAC_BYTES = 16
_SIGNED = re.compile(r"\+(\d{10,50})\.([a-z2-7]{26})(?=@)", re.IGNORECASE)
# Two patterns, each with a beginning that is found fast: most mails have neither. HTML writes links so, too.
_QUOTED = (
    re.compile(r"\+\d{10,50}\.[A-Za-z2-7]{26}(?=@|%40)"),
    re.compile(r"%2[Bb]\d{10,50}\.[A-Za-z2-7]{26}(?=@|%40)"),
)
# Octets before the @ (RFC 5321, 4.5.3.1.1): some mail servers refuse more.
_MAX_LOCAL = 64


def make(queue_address: str, ticket_number: str, login: str, key: bytes) -> str:
    """The address for a reader's answers; empty where it would be too long, or mail servers would not take it."""
    local, _, host = queue_address.rpartition("@")
    signed = f"{local}+{ticket_number}.{_mac(ticket_number, login, key)}"
    address = f"{signed}@{host}"
    is_usable = len(signed.encode()) <= _MAX_LOCAL and '"' not in local and plain(address) == queue_address
    return address if is_usable else ""


def plain(address: str) -> str:
    """The queue's address behind a signed one; any other comes back as it is."""
    return _SIGNED.sub("", address, count=1)


def ticket_number(address: str) -> str:
    """The number of the ticket in an address of that form, whoever signed it; empty where it has none."""
    found = _SIGNED.search(address)
    return found[1] if found else ""


def is_for(address: str, ticket_number: str, login: str, key: bytes) -> bool:
    """Whether we signed this address for that reader of that ticket."""
    found = _SIGNED.search(address)
    if not found or found[1] != ticket_number:
        return False
    return hmac.compare_digest(found[2].lower(), _mac(ticket_number, login, key))


def blotted(text: str) -> str:
    """`text` with every such address made the queue's: in a quoted mail others would read the signature."""
    for pattern in _QUOTED:
        text = pattern.sub("", text)
    return text


def _mac(number: str, login: str, key: bytes) -> str:
    signed = hmac.digest(key, f"{number}\0{login.lower()}".encode(), hashlib.sha256)[:_MAC_BYTES]
    return base64.b32encode(signed).decode("ascii").rstrip("=").lower()
