"""Who may enter a ticket: asked when a link is opened and at every request after it, so that access ends on time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.desk.current import get_desk
from otalink.desk.types import Ticket
from otalink.sysconfig import declarations, store
from otalink.tokens.models import Token, TokenState


@dataclass(frozen=True)
class Entrance:
    """A ticket and somebody who may enter it."""

    ticket: Ticket
    customer: CustomerUser


def may_access(ticket_number: str, customer_login: str) -> bool:
    """Whether the ticket exists, its access time is not over, and the customer user may come in and read it.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    return find_entrance(ticket_number, customer_login) is not None


def find_entrance(ticket_number: str, customer_login: str) -> Entrance | None:
    """The ticket and the customer user, if the one may enter the other: see `may_access`.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    ticket = get_desk().find_ticket(ticket_number)
    customer = directory.find_valid(customer_login)
    if ticket is None or customer is None or not is_open_to(ticket, customer):
        return None
    return Entrance(ticket, customer)


def is_open_to(ticket: Ticket, customer: CustomerUser) -> bool:
    """The same of a ticket and a valid customer user that are at hand.

    Raises:
        DeskUnavailable
    """
    return is_reader(ticket, customer.login) and (ticket.closed is None or ticket.closed > closed_before())


def is_reader(ticket: Ticket, customer_login: str) -> bool:
    """Whether the ticket is theirs, or they take part in it.

    Raises:
        DeskUnavailable
    """
    login = customer_login.lower()
    # Nearly everybody reads a ticket of their own, and needs no further look-up.
    return login == ticket.customer_login.lower() or login in get_desk().readers([ticket.number])[ticket.number]


def has_redeemed(ticket_number: str, customer_login: str) -> bool:
    """Whether they opened the ticket by a link of theirs, and so read the mailbox that it was sent to."""
    theirs = Token.objects.filter(ticket_number=ticket_number, customer_login=customer_login)
    return theirs.filter(state=TokenState.REDEEMED).exists()


def closed_before() -> datetime:
    """Tickets closed at or before this moment let nobody in any more."""
    return timezone.now() - timedelta(days=store.get(declarations.ACCESS_DAYS_AFTER_CLOSE))


def oldest_link() -> datetime:
    """A link made at or before this moment signs nobody in any more."""
    return timezone.now() - timedelta(days=store.get(declarations.MAX_LINK_AGE_DAYS))
