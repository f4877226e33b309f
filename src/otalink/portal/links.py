"""The way of a link: looking at it changes nothing; the button on its page signs in, and so does the mail's code."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from otalink.desk.current import get_desk
from otalink.limits import rate_limits
from otalink.limits.client_ip import client_ip
from otalink.notifications.refresh import request_refresh, seconds_until_refresh
from otalink.portal import errors, link_pages, sessions
from otalink.portal.pages import SeeOther
from otalink.sysconfig import declarations
from otalink.tokens import audit, profiles, redeem
from otalink.tokens.models import AuditEvent, TokenState
from otalink.tokens.redeem import Inspection, Standing
from otalink.tokens.redeem_code import Typed, redeem_code


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """A link from a mail: GET shows whose ticket it opens, POST opens it, by its code where one was typed."""
    # Whoever is signed in already just gets to the ticket, and the link stays what it is.
    inspection = redeem.inspect(secret) if request.method != "POST" or sessions.COOKIE in request.COOKIES else None
    if inspection and _is_signed_in(request, inspection):
        response: HttpResponse = SeeOther(get_desk().ticket_path(inspection.ticket_number))
    elif inspection and request.method != "POST":
        response = _show(request, inspection)
    else:
        response = _answer(request, secret)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _is_signed_in(request: HttpRequest, inspection: Inspection) -> bool:
    if inspection.entrance is None:
        return False
    session = sessions.find(request)
    if session is None or session.customer_login != inspection.customer_login:
        return False
    return sessions.opens(session, inspection.entrance.ticket)


def _show(request: HttpRequest, inspection: Inspection) -> HttpResponse:
    if inspection.token is None or inspection.standing is Standing.INVALID:
        return not_valid(request)
    if request.method == "GET":
        audit.record_opened(inspection.token, client_ip(request))
    return link_pages.show(request, inspection)


def _answer(request: HttpRequest, secret: str) -> HttpResponse:
    if request.POST.get("code", "").strip():
        return _by_code(request, secret)
    if "new" in request.POST:
        return _new_link(request, redeem.inspect(secret))
    return _by_button(request, secret)


def _by_button(request: HttpRequest, secret: str) -> HttpResponse:
    keys = list[str]()

    def start_session(taken: Inspection) -> None:
        keys.append(_start_session(request, taken))

    inspection = redeem.redeem(secret, client_ip(request), start_session)
    if keys:
        return _signed_in(inspection, keys[0])
    if inspection.standing is Standing.SPENT:
        return _new_link(request, inspection)
    return _refuse(request, inspection)


def _by_code(request: HttpRequest, secret: str) -> HttpResponse:
    keys, visitor_ip = list[str](), client_ip(request)

    def move_session(taken: Inspection) -> None:
        token, entrance = taken.token, taken.entrance
        ended = sessions.end_of_token(token.pk, taken.customer_login) if token else 0
        keys.append(_start_session(request, taken))
        # A machine that pressed "this was not me" as well has ended that session itself.
        if token and entrance and (ended or token.state == TokenState.REPORTED):
            profiles.note_press(token, entrance.customer.email, visitor_ip)

    result = redeem_code(secret, request.POST["code"], visitor_ip, move_session)
    if keys:
        return _signed_in(result.link, keys[0])
    if result.link.standing is Standing.INVALID:
        return _refuse(request, result.link)
    return link_pages.wrong_code(request, result.link, is_ended=result.typed is Typed.ENDED)


def _start_session(request: HttpRequest, taken: Inspection) -> str:
    token_id = taken.token.pk if taken.token else None
    return sessions.start(request, taken.customer_login, _number_of(taken), token_id=token_id)


def _signed_in(inspection: Inspection, key: str) -> HttpResponse:
    response = SeeOther(get_desk().ticket_path(_number_of(inspection)))
    sessions.hand_out(response, key)
    return response


def _number_of(inspection: Inspection) -> str:
    """The ticket that a link leads to: where it was merged, the one that it was merged into."""
    return inspection.entrance.ticket.number if inspection.entrance else inspection.ticket_number


def _new_link(request: HttpRequest, inspection: Inspection) -> HttpResponse:
    """Mail a fresh link to the ticket of this one, and say so only when that mail is queued."""
    if inspection.token is None or inspection.standing is Standing.INVALID:
        return _refuse(request, inspection)
    visitor_ip = client_ip(request)
    if wait := rate_limits.seconds_left(rate_limits.REFRESH_PER_CLIENT, visitor_ip):
        return errors.too_many(request, wait)
    rate_limits.count(rate_limits.REFRESH_PER_CLIENT, visitor_ip)
    number, login = inspection.ticket_number, inspection.customer_login
    if request_refresh(number, login):
        return link_pages.message(request, declarations.MESSAGE_NEW_LINK, inspection, 200)
    # Who reads it is told to write to us: what they write is answered with a link.
    audit.record(AuditEvent.NOT_MAILED, [inspection.token], visitor_ip)
    return link_pages.not_mailed(request, inspection, seconds_until_refresh(number, login))


def _refuse(request: HttpRequest, inspection: Inspection) -> HttpResponse:
    if inspection.standing is not Standing.INVALID:
        return link_pages.show(request, inspection)
    refused, visitor_ip = not_valid(request), client_ip(request)
    # Written together, so that a link whose time is over takes no longer than one that never was.
    with transaction.atomic():
        rate_limits.count(rate_limits.GUESS_PER_CLIENT, visitor_ip)
        if inspection.token:
            audit.record(AuditEvent.EXPIRED, [inspection.token], visitor_ip)
    return refused


def not_valid(request: HttpRequest) -> HttpResponse:
    """The page for a link that is none, or whose time is over."""
    # Only those whose link is no link are held up: a whole company may share an address with somebody who guesses.
    if wait := rate_limits.seconds_left(rate_limits.GUESS_PER_CLIENT, client_ip(request)):
        return errors.too_many(request, wait)
    return link_pages.expired(request)
