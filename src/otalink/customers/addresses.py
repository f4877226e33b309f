"""E-mail addresses as identities: one normal form, so that the same mailbox written differently is the same person."""

from __future__ import annotations

import re
import unicodedata

# The columns that keep an address are this long.
MAX_LENGTH = 200
# Quotes that a local part does not need, and escapes that mean the character itself, make no other mailbox.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NEEDS_NO_QUOTES = re.compile(r"[^\s<>()\[\],;:\\\"@.]+(?:\.[^\s<>()\[\],;:\\\"@.]+)*")
# Dots in the names of these mailboxes mean nothing.
_WITHOUT_DOTS = {"gmail.com", "googlemail.com"}
_DOMAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def normal(address: str) -> str:
    """The form in which addresses are kept and compared: lower case, the domain in ASCII (`xn--…`).

    What is no address comes back in lower case, so that it equals nothing but itself.
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    return f"{_unquoted(local).lower()}{at}{ascii_domain(domain)}"


def spellings(address: str) -> tuple[str, ...]:
    """The ways a backend that keeps addresses as somebody typed them may hold this one; the normal form first."""
    form = normal(address)
    local, at, domain = form.rpartition("@")
    if "xn--" not in domain:
        return (form,)
    import idna  # large, and most addresses never need it

    try:
        return form, f"{local}{at}{idna.decode(domain)}"
    except (idna.IDNAError, UnicodeError):
        return (form,)


def mailbox(address: str) -> str:
    """The mailbox behind an address, without what does not tell mailboxes apart: its `+tag`, for some its dots.

    Limits count mailboxes; identities keep all of it.
    """
    local, at, domain = normal(address).rpartition("@")
    # A tag alone ("+sales@x.example") is the whole name.
    name = local.partition("+")[0] or local
    return f"{name.replace('.', '') if domain in _WITHOUT_DOTS else name}{at}{domain}"


def domain(address: str) -> str:
    """The domain of an address, in normal form."""
    return normal(address).rpartition("@")[2]


def _unquoted(local: str) -> str:
    quoted = _QUOTED.fullmatch(local)
    if not quoted:
        return local
    bare = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)
    return bare if _NEEDS_NO_QUOTES.fullmatch(bare) else '"{}"'.format(re.sub(r'(["\\])', r"\\\1", bare))


def ascii_domain(name: str) -> str:
    """A domain as the DNS knows it, in lower case; one that it cannot know comes back as it is."""
    if name.isascii():
        return name.lower()
    import idna

    try:
        return idna.encode(name, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return name.lower()


def is_address(address: str) -> bool:
    """Whether that can be kept as an e-mail address: one line, something before and a domain after the last `@`."""
    local, _, name = normal(address).rpartition("@")
    printable = all(character.isprintable() and not character.isspace() for character in normal(address))
    return printable and bool(local) and _DOMAIN.fullmatch(name) is not None and len(normal(address)) <= MAX_LENGTH
