"""E-mail addresses as identities: one normal form, so that the same mailbox written differently is the same person."""

from __future__ import annotations

import unicodedata

import idna


def normal(address: str) -> str:
    """The form in which addresses are kept and compared: lower case, the domain in ASCII (`xn--…`).

    What is no address comes back in lower case, so that it equals nothing but itself.
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    return f"{local.lower()}{at}{_ascii(domain)}"


def spellings(address: str) -> tuple[str, ...]:
    """The ways a backend that keeps addresses as somebody typed them may hold this one; the normal form first."""
    form = normal(address)
    local, at, domain = form.rpartition("@")
    if "xn--" not in domain:
        return (form,)
    try:
        return form, f"{local}{at}{idna.decode(domain)}"
    except (idna.IDNAError, UnicodeError):
        return (form,)


def mailbox(address: str) -> str:
    """The mailbox behind an address, without its `+tag`: limits count mailboxes, identities keep the tag."""
    local, at, domain = normal(address).rpartition("@")
    # A tag alone ("+sales@x.example") is the whole name.
    return f"{local.partition('+')[0] or local}{at}{domain}"


def domain(address: str) -> str:
    """The domain of an address, in normal form."""
    return normal(address).rpartition("@")[2]


def _ascii(name: str) -> str:
    if name.isascii():
        return name.lower()
    try:
        return idna.encode(name, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return name.lower()
