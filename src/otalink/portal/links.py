"""The way of a link: looking at it changes nothing; the button on its page signs in."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from otalink.customers import directory
from otalink.desk.current import get_desk
from otalink.limits import rate_limits
from otalink.limits.client_ip import client_ip
from otalink.notifications.refresh import request_refresh
from otalink.portal import errors, sessions
from otalink.portal.pages import SeeOther, language_of, page
from otalink.sysconfig import declarations, store
from otalink.sysconfig.setting import Setting, in_language
from otalink.tokens import audit, redeem
from otalink.tokens.models import AuditEvent
from otalink.tokens.redeem import Inspection, Standing


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """A link from a mail: GET shows whose ticket it opens, POST opens it."""
    # Whoever is signed in already just gets to the ticket, and the link stays what it is.
    inspection = redeem.inspect(secret) if request.method != "POST" or sessions.COOKIE in request.COOKIES else None
    if inspection and _is_signed_in(request, inspection):
        response: HttpResponse = SeeOther(get_desk().ticket_path(inspection.ticket_number))
    elif inspection and request.method != "POST":
        response = _show(request, inspection)
    else:
        response = _redeem(request, secret)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _is_signed_in(request: HttpRequest, inspection: Inspection) -> bool:
    if inspection.standing is Standing.INVALID:
        return False
    session = sessions.find(request)
    if session is None or session.customer_login != inspection.customer_login:
        return False
    ticket = get_desk().find_ticket(inspection.ticket_number)
    return ticket is not None and sessions.opens(session, ticket)


def _show(request: HttpRequest, inspection: Inspection) -> HttpResponse:
    if inspection.token is None or inspection.standing is Standing.INVALID:
        return _not_valid(request)
    if request.method == "GET":
        audit.record_opened(inspection.token, client_ip(request))
    if inspection.standing is Standing.REPLACED:
        return _message(request, declarations.MESSAGE_WRONG_LINK, inspection, 410)
    context = {
        "ticket": get_desk().find_ticket(inspection.ticket_number),
        "spent": inspection.standing is Standing.SPENT,
    }
    return page(request, "link", context, customer=directory.find_by_login(inspection.customer_login))


def _redeem(request: HttpRequest, secret: str) -> HttpResponse:
    visitor_ip, keys = client_ip(request), list[str]()

    def start_session(taken: Inspection) -> None:
        keys.append(sessions.start(request, taken.customer_login, taken.ticket_number))

    inspection = redeem.redeem(secret, visitor_ip, start_session)
    if keys:
        response = SeeOther(get_desk().ticket_path(inspection.ticket_number))
        sessions.hand_out(response, keys[0])
        return response
    if inspection.standing is Standing.REPLACED:
        return _message(request, declarations.MESSAGE_WRONG_LINK, inspection, 410)
    if inspection.standing is Standing.SPENT:
        return _refresh(request, inspection, visitor_ip)
    refused = _not_valid(request)
    # Written together, so that a link whose time is over takes no longer than one that never was.
    with transaction.atomic():
        rate_limits.count(rate_limits.GUESS_PER_CLIENT, visitor_ip)
        if inspection.token:
            audit.record(AuditEvent.EXPIRED, [inspection.token], visitor_ip)
    return refused


def _refresh(request: HttpRequest, inspection: Inspection, visitor_ip: str) -> HttpResponse:
    if rate_limits.is_reached(rate_limits.REFRESH_PER_CLIENT, visitor_ip):
        return errors.too_many(request)
    rate_limits.count(rate_limits.REFRESH_PER_CLIENT, visitor_ip)
    if request_refresh(inspection.ticket_number, inspection.customer_login):
        return _message(request, declarations.MESSAGE_NEW_LINK, inspection, 200)
    return _message(request, declarations.MESSAGE_REFRESH_FAILED, inspection, 410)


def _not_valid(request: HttpRequest) -> HttpResponse:
    # Only those whose link is no link are held up: a whole company may share an address with somebody who guesses.
    if rate_limits.is_reached(rate_limits.GUESS_PER_CLIENT, client_ip(request)):
        return errors.too_many(request)
    return expired(request)


def _message(
    request: HttpRequest, setting: Setting[dict[str, str]], inspection: Inspection, status: int
) -> HttpResponse:
    customer = directory.find_by_login(inspection.customer_login) if inspection.customer_login else None
    text = in_language(store.get(setting), language_of(customer))
    context = {"text": text, "sent": setting is declarations.MESSAGE_NEW_LINK}
    return page(request, "link_message", context, customer=customer, status=status)


def expired(request: HttpRequest) -> HttpResponse:
    """The page for a ticket that lets this person in no more."""
    return _message(request, declarations.MESSAGE_LINK_EXPIRED, redeem.INVALID, 404)
