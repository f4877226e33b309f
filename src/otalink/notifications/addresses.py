"""E-mail addresses as headers and mail servers take them."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address

from otalink.customers.addresses import ascii_domain

_INTERNATIONAL = re.compile(r"[\w.+-]+")


def one_line(text: str) -> str:
    """`text` with every control character and line break made a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def mailbox(address: str, display_name: str = "") -> Address:
    """An address for a header; an international domain is written in its ASCII form.

    Raises:
        ValueError: no mail can be sent to such an address.
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else ascii_domain(domain)
        domain.encode("ascii")  # a UnicodeError, which is a ValueError, where no server could know it
        if _INTERNATIONAL.fullmatch(local) and not local.isascii():
            # The standard library does not parse these, though mail servers with SMTPUTF8 take them.
            return Address(one_line(display_name), username=local, domain=Address(addr_spec=f"a@{domain}").domain)
        return Address(one_line(display_name), addr_spec=f"{local}@{domain}")
    except (ValueError, IndexError, MessageError) as error:
        raise ValueError(f"{address!r} is no e-mail address") from error


def is_usable(address: str) -> bool:
    """Whether a mail can be addressed to it."""
    try:
        mailbox(address)
    except ValueError:
        return False
    return True
