"""Who may see which ticket: asked at every request, so that access ends exactly when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.desk.current import get_desk
from otalink.desk.types import Ticket
from otalink.portal import sessions
from otalink.portal.models import CustomerSession
from otalink.sysconfig import declarations, store
from otalink.tokens.access import closed_before, is_open_to


class NotSignedIn(Exception):
    """This browser has no session, or none that has the ticket in its scope."""


class AccessEnded(Exception):
    """The ticket was in the scope of the session, but nobody may see it any more, or this person may not."""


@dataclass(frozen=True)
class Visitor:
    """A signed-in customer user."""

    session: CustomerSession
    customer: CustomerUser


def visitor(request: HttpRequest) -> Visitor:
    """Who is signed in.

    Raises:
        NotSignedIn: nobody, or somebody who was disabled since.
    """
    session = sessions.find(request)
    customer = directory.find_valid(session.customer_login) if session else None
    if session is None or customer is None:
        raise NotSignedIn
    return Visitor(session, customer)


def enter(request: HttpRequest, number: str) -> tuple[Visitor, Ticket]:
    """The visitor and the ticket they may see.

    Raises:
        NotSignedIn, AccessEnded
    """
    session = sessions.find(request)
    ticket = get_desk().find_ticket(number) if session else None
    if session is None or not (number in session.tickets or (ticket and sessions.opens(session, ticket))):
        raise NotSignedIn
    customer = directory.find_valid(session.customer_login)
    if ticket is None or customer is None or not is_open_to(ticket, customer):
        raise AccessEnded
    return Visitor(session, customer), ticket


def ends(ticket: Ticket) -> datetime | None:
    """When access to a closed ticket ends."""
    return ticket.closed + timedelta(days=store.get(declarations.ACCESS_DAYS_AFTER_CLOSE)) if ticket.closed else None


def tickets(who: Visitor) -> list[Ticket]:
    """The tickets this session opens, last changed first."""
    desk = get_desk()
    login, opened = who.session.customer_login, set(who.session.tickets)
    newest = desk.tickets_of(login)
    scope = [ticket for ticket in newest if who.session.all_tickets or ticket.number in opened]
    # Links to tickets that did not change for long; there are hardly ever any, and they are asked for one by one.
    others = desk.readers(opened - {ticket.number for ticket in newest})
    older = sorted(number for number, readers in others.items() if login in readers)
    scope += [ticket for number in older if (ticket := desk.find_ticket(number))]
    ended = desk.access_ended([ticket.number for ticket in scope], closed_before())
    alive = [ticket for ticket in scope if ticket.number not in ended]
    return sorted(alive, key=lambda ticket: ticket.changed, reverse=True)
