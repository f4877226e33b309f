"""Holding a sender back: the ticket is made, the account and the answer wait for an agent."""

from __future__ import annotations

from dataclasses import replace

from otalink.customers import pending
from otalink.customers.addresses import normal
from otalink.customers.names import split_name
from otalink.customers.types import CustomerUser
from otalink.mail.incoming import IncomingMail

# No header sets these: the parser knows no directives of such names.
_REASON, _BACKEND = "HoldReason", "HoldBackend"


def newcomer(mail: IncomingMail, backend: str) -> CustomerUser:
    """Whom the author of a mail becomes: login, e-mail and customer ID are the address."""
    address = normal(mail.author_address)
    first_name, last_name = split_name(mail.author_name, mail.author_address)
    return CustomerUser(address, address, address, first_name, last_name, language=mail.language, backend=backend)


def mark(mail: IncomingMail, backend: str, reason: str) -> IncomingMail:
    """The mail, marked so that its author waits for an agent to be let into that backend."""
    return replace(mail, directives={**mail.directives, _REASON: reason, _BACKEND: backend})


def is_marked(mail: IncomingMail) -> bool:
    """Whether the author of the mail waits for an agent."""
    return _REASON in mail.directives


def keep(mail: IncomingMail, ticket_number: str) -> None:
    """Note who waits on the ticket that a marked mail opened."""
    if is_marked(mail):
        pending.add(ticket_number, newcomer(mail, mail.directives[_BACKEND]), mail.directives[_REASON])
