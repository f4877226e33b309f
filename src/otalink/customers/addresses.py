"""E-mail addresses: what is one, its normal form and the form it is sent in.

By the normal form the same mailbox written differently is the same person.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

# Characters; the columns that keep an address are this long.
MAX_LENGTH = 200
# Octets on the way to a mail server (RFC 5321, 4.5.3.1.3). It allows 64 of them before the @; but what ticket systems
# and mailing lists write there to know a reply again is often longer, and mail servers take it.
_MAX_SENT = 254
_SPECIAL = r"\s<>()\[\],;:\\\"@"
_ATOM = rf"[^{_SPECIAL}.]+"
# Quotes that a local part does not need, and escapes that mean the character itself, make no other mailbox.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NEEDS_NO_QUOTES = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
# Dots at the ends or side by side need quotes; some providers gave out such addresses, and people write them without.
_BARE = re.compile(rf"[^{_SPECIAL}]+")
# One space at a time, since mail programs make one of several.
_WORD = r'(?:[^\s"\\]|\\["\\])+'
_IN_QUOTES = re.compile(rf'"{_WORD}(?: {_WORD})*"')
# What looks like a word of RFC 2047 is decoded by whoever reads the header: to another address.
_ENCODED_WORD = re.compile(r"=\?[^?]*\?[bq]\?[^?]*\?=", re.IGNORECASE)
_DOMAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
# Dots in the names of these mailboxes mean nothing.
_WITHOUT_DOTS = {"gmail.com"}
# Domains of which each has the mailboxes of the other.
_SAME_MAILBOXES = {"googlemail.com": "gmail.com"}


@dataclass(frozen=True)
class Address:
    """An address that mail can be sent to; as text it is in normal form.

    `local` is as written, in quotes only where it was and needs them; `domain` is in ASCII and lower case, or an IP
    address in brackets.
    """

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local.lower()}@{self.domain}"

    @property
    def as_sent(self) -> str:
        """The address as headers and mail servers take it; only what stands before the `@` may be outside ASCII."""
        return f"{_quoted(self.local)}@{self.domain}"


def parse(text: str) -> Address | None:
    """The address that a text is; None where no mail can be sent to it, or it is too long to be kept."""
    if len(text) > MAX_LENGTH:
        return None
    local, _, domain = _halves(text)
    address = Address(_unquoted(local), ascii_domain(domain))
    is_known = _is_local(address.local) and _is_domain(address.domain)
    return address if is_known and _fits(address) else None


def require(text: str) -> Address:
    """The address that a text is.

    Raises:
        ValueError: no mail can be sent to it.
    """
    address = parse(text)
    if address is None:
        raise ValueError(f"{text!r} is no e-mail address")
    return address


def is_address(text: str) -> bool:
    """Whether that is an e-mail address that mail can be sent to and that can be kept."""
    return parse(text) is not None


def normal(address: str) -> str:
    """The form in which addresses are kept and compared: lower case, the domain in ASCII (`xn--…`).

    What is no address comes back in lower case, so that it equals nothing but itself.
    """
    local, at, domain = _halves(address)
    return f"{_unquoted(local).lower()}{at}{ascii_domain(domain)}"


def spellings(address: str) -> tuple[str, ...]:
    """The ways a backend that keeps addresses as somebody typed them may hold this one; the normal form first."""
    local, at, domain = normal(address).rpartition("@")
    return tuple(f"{name}{at}{host}" for host in _domains(domain) for name in _locals(local))


def mailbox(address: str) -> str:
    """The mailbox behind an address, without what does not tell mailboxes apart: its `+tag`, for some its dots.

    Limits count mailboxes; identities keep all of it.
    """
    local, at, written = normal(address).rpartition("@")
    domain = _SAME_MAILBOXES.get(written, written)
    # A tag alone ("+sales@x.example") is the whole name.
    name = local.partition("+")[0] or local
    return f"{name.replace('.', '') if domain in _WITHOUT_DOTS else name}{at}{domain}"


def domain(address: str) -> str:
    """The domain of an address, in normal form."""
    return normal(address).rpartition("@")[2]


def ascii_domain(name: str) -> str:
    """A domain as the DNS knows it, in lower case; one that it cannot know comes back as it is."""
    if name.isascii():
        return name.lower()
    import idna

    try:
        return idna.encode(name, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return name.lower()


def _halves(text: str) -> tuple[str, str, str]:
    return unicodedata.normalize("NFC", text.strip()).rpartition("@")


def _unquoted(local: str) -> str:
    quoted = _QUOTED.fullmatch(local) if local[:1] == '"' else None
    if not quoted:
        return local
    bare = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)
    return bare if _NEEDS_NO_QUOTES.fullmatch(bare) else '"{}"'.format(re.sub(r'(["\\])', r"\\\1", bare))


def _quoted(local: str) -> str:
    return local if local[:1] == '"' or _NEEDS_NO_QUOTES.fullmatch(local) else f'"{local}"'


def _is_local(local: str) -> bool:
    # What nobody sees would make another address of one that looks the same.
    is_written_well = _BARE.fullmatch(local) or _IN_QUOTES.fullmatch(local)
    return local.isprintable() and bool(is_written_well) and not _ENCODED_WORD.search(local)


def _is_domain(name: str) -> bool:
    if name[:1] != "[":
        return _DOMAIN.fullmatch(name) is not None
    literal = name[1:-1]
    try:
        IPv6Address(literal[5:]) if literal.startswith("ipv6:") else IPv4Address(literal)
    except AddressValueError:
        return False
    # What stands after "%" is a network card of one machine.
    return name[-1] == "]" and "%" not in name


def _fits(address: Address) -> bool:
    # A few letters are longer in lower case, and so are domains in ASCII.
    return len(str(address)) <= MAX_LENGTH and len(address.as_sent.encode()) <= _MAX_SENT


def _domains(name: str) -> list[str]:
    if "xn--" not in name:
        return [name]
    import idna  # large, and most addresses never need it

    try:
        return [name, idna.decode(name)]
    except (idna.IDNAError, UnicodeError):
        return [name]


def _locals(local: str) -> list[str]:
    bare = local[1:-1] if local[:1] == '"' else local
    if _NEEDS_NO_QUOTES.fullmatch(bare) or not _BARE.fullmatch(bare):
        return [local]
    # Without the quotes that its dots need, or with them.
    return [local, bare if local != bare else f'"{bare}"']
