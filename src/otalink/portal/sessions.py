"""Customers' sessions: started by a link or a password, carried by a cookie, limited to the tickets in their scope."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.desk.types import Ticket
from otalink.notifications.results import opened
from otalink.portal.models import CustomerSession
from otalink.tokens import access
from otalink.tokens.issue import digest_of
from otalink.tokens.models import Token

COOKIE = "otalink_customer"
LIFETIME = timedelta(hours=12)
_MOST_TICKETS = 100


def find(request: HttpRequest) -> CustomerSession | None:
    """The session of this browser, if it has one that is not over."""
    key = request.COOKIES.get(COOKIE)
    if not key:
        return None
    found = next(iter(prepared_sql.rows(CustomerSession, digest=digest_of(key))), None)
    return found if found and found.expires > timezone.now() else None


@transaction.atomic(savepoint=False)
def start(
    request: HttpRequest,
    customer_login: str,
    ticket_number: str = "",
    *,
    token_id: int | None = None,
    all_tickets: bool = False,
) -> str:
    """Sign a customer user in and return the new session's key, for `hand_out`.

    The key is always a new one, so that nobody can slip a known key under a customer. The scope of the session this
    browser had stays, if it was the same person's. `token_id` is the token it is started by.
    """
    now, key = timezone.now(), secrets.token_urlsafe(32)
    old = _take_over(request, customer_login)
    session = CustomerSession(
        digest=digest_of(key),
        customer_login=customer_login,
        tickets=_with_newest(old.tickets if old else [], ticket_number or None),
        tokens=_with_newest(old.tokens if old else [], token_id),
        all_tickets=all_tickets or bool(old and old.all_tickets),
        # A link, which proves less, does not make a sign-in for everything a fresh one.
        created=old.created if old and old.all_tickets and not all_tickets else now,
        expires=now + LIFETIME,
    )
    prepared_sql.insert(session)
    return key


def _take_over(request: HttpRequest, customer_login: str) -> CustomerSession | None:
    """End the session this browser had; what it opened goes on in the next one, if that is the same person's."""
    old = find(request)
    if old and old.customer_login == customer_login and old.tokens:
        # A code that is typed elsewhere right now ends this session: it must not go on under another key.
        list(Token.objects.select_for_update().filter(pk__in=old.tokens).order_by("pk").values_list("pk"))
        old = find(request)
    if old is None:
        return None
    old.delete()
    return old if old.customer_login == customer_login else None


def _with_newest[T](known: list[T], newest: T | None) -> list[T]:
    # A session that gathers tickets link by link keeps the newest ones.
    kept = [each for each in known if each != newest] + ([newest] if newest is not None else [])
    return kept[-_MOST_TICKETS:]


def end_of_token(token_id: int, customer_login: str) -> int:
    """End the session that a token started, wherever that is; returns how many ended."""
    return _end(session for session in _of(customer_login) if token_id in session.tokens)


def end_for_tickets(numbers: Collection[str], customer_login: str) -> int:
    """End every session of a customer user that opens one of these tickets; returns how many ended."""
    return _end(each for each in _of(customer_login) if each.all_tickets or not set(numbers).isdisjoint(each.tickets))


def ticket_numbers_of(customer_login: str) -> set[str]:
    """The numbers of the tickets that sessions of a customer user opened by links."""
    return {number for session in _of(customer_login) for number in session.tickets}


def _of(customer_login: str) -> QuerySet[CustomerSession]:
    return CustomerSession.objects.filter(customer_login=customer_login, expires__gt=timezone.now())


def _end(sessions: Iterable[CustomerSession]) -> int:
    return CustomerSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()[0]


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


def note_reading(session: CustomerSession, ticket_number: str, newest_article_id: int) -> None:
    """Note that a ticket was shown up to that article, once for each newer one: any other look costs no statement."""
    if session.seen.get(ticket_number, 0) >= newest_article_id:
        return
    # No transaction: should the second not be written any more, both are at the next look.
    opened.record(ticket_number, session.customer_login, newest_article_id)
    seen = {**session.seen, ticket_number: newest_article_id}
    CustomerSession.objects.filter(pk=session.pk).update(seen=dict(list(seen.items())[-_MOST_TICKETS:]))


def purge() -> int:
    """Delete the sessions that are over; returns how many."""
    return CustomerSession.objects.filter(expires__lte=timezone.now()).delete()[0]
