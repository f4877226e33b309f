"""Customers' sessions: started by a link or a password, carried by a cookie, limited to the tickets in their scope."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.desk.types import Ticket
from otalink.portal.models import CustomerSession
from otalink.tokens import access
from otalink.tokens.issue import digest_of

COOKIE = "otalink_customer"
LIFETIME = timedelta(hours=12)
# A session that gathers tickets link by link keeps the newest ones.
_MOST_TICKETS = 100


def find(request: HttpRequest) -> CustomerSession | None:
    """The session of this browser, if it has one that is not over."""
    key = request.COOKIES.get(COOKIE)
    if not key:
        return None
    return CustomerSession.objects.filter(digest=digest_of(key), expires__gt=timezone.now()).first()


def start(request: HttpRequest, customer_login: str, ticket_number: str = "", *, all_tickets: bool = False) -> str:
    """Sign a customer user in and return the new session's key, for `hand_out`.

    The key is always a new one, so that nobody can slip a known key under a customer. The scope of the session this
    browser had stays, if it was the same person's.
    """
    now, old, key = timezone.now(), find(request), secrets.token_urlsafe(32)
    tickets = [ticket_number] if ticket_number else []
    if old and old.customer_login == customer_login:
        tickets = [number for number in old.tickets if number != ticket_number] + tickets
        all_tickets = all_tickets or old.all_tickets
    if old:
        old.delete()
    session = CustomerSession(
        digest=digest_of(key),
        customer_login=customer_login,
        tickets=tickets[-_MOST_TICKETS:],
        all_tickets=all_tickets,
        created=now,
        expires=now + LIFETIME,
    )
    prepared_sql.insert(session)
    return key


def hand_out(response: HttpResponse, key: str) -> None:
    """Give the browser the key of its session."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=LIFETIME,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def end(request: HttpRequest, response: HttpResponse) -> None:
    """Sign out."""
    if session := find(request):
        session.delete()
    response.delete_cookie(COOKIE, samesite="Lax")


def opens(session: CustomerSession, ticket: Ticket) -> bool:
    """Whether that ticket is in the session's scope; whether it may be seen at all, `tokens.redeem` knows."""
    if ticket.number in session.tickets:
        return True
    return session.all_tickets and access.is_reader(ticket, session.customer_login)


def purge() -> int:
    """Delete the sessions that are over; returns how many."""
    return CustomerSession.objects.filter(expires__lte=timezone.now()).delete()[0]
