"""Signing in for everything of a person, on the way to a client: by a code in the mail, or with a password.

The request of the client stands in the query all the way, and is checked each time: no GET needs to keep anything.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otalink.customers.types import CustomerUser
from otalink.limits import rate_limits
from otalink.limits.client_ip import client_ip
from otalink.oidc import audit, authorize
from otalink.oidc.authorize import Asked, Refused
from otalink.oidc.models import OpenIDEvent
from otalink.oidc.proof import code as sign_in_code
from otalink.oidc.proof import pages
from otalink.oidc.proof.mail import mail_code
from otalink.portal import errors, passwords, sessions
from otalink.portal.models import CustomerSession
from otalink.portal.pages import SeeOther
from otalink.tokens.issue import digest_of


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """GET asks for the code; POST asks for one by mail, or signs in with it or with a password."""
    try:
        asked = authorize.read(_as_get(request))
    except Refused as refused:
        return refused.response
    if request.method != "POST":
        return _code_page(request, asked)
    if "code" in request.POST:
        return _with_code(request, asked)
    name = request.POST.get("name", "").replace("\0", "").strip().lower()[:200]
    if "password" in request.POST and name:
        return _with_password(request, asked, name)
    return _by_mail(request, asked, name)


def _as_get(request: HttpRequest) -> HttpRequest:
    """The client's request, which our form has in its query."""
    asked = HttpRequest()
    asked.META, asked.GET, asked.method = request.META, request.GET, "GET"
    return asked


def _code_page(request: HttpRequest, asked: Asked, error: str = "", status: int = 200) -> HttpResponse:
    return pages.code(request, asked.client, asked.grant.redirect_uri, error=error, status=status)


def _by_mail(request: HttpRequest, asked: Asked, name: str) -> HttpResponse:
    # Whoever has a session need not, and cannot, say who they are.
    session = sessions.find(request) if "mine" in request.POST else None
    name = session.customer_login if session else name
    if not name:
        error = _("Please enter your e-mail address.")
        return pages.address(request, asked.client, asked.grant.redirect_uri, error=error, status=400)
    limits = {rate_limits.SIGN_IN_MAIL_PER_LOGIN: name, rate_limits.SIGN_IN_MAIL_PER_CLIENT: client_ip(request)}
    if wait := max(rate_limits.seconds_left(limit, key) for limit, key in limits.items()):
        return errors.too_many(request, wait)
    for limit, key in limits.items():
        rate_limits.count(limit, key)
    response = SeeOther(f"{reverse('oidc-sign-in')}?{asked.query}")
    browser = sign_in_code.begin(response, is_secure=settings.SESSION_COOKIE_SECURE)
    mail_code.enqueue(name, asked.client.client_id, browser, timezone.now().isoformat())
    return response


def _with_code(request: HttpRequest, asked: Asked) -> HttpResponse:
    if wait := sign_in_code.seconds_to_wait(request):
        return errors.too_many(request, wait)
    with transaction.atomic():
        customer = sign_in_code.check(request, request.POST["code"])
        if customer:
            return _signed_in(request, asked, customer, "code")
        audit.record(OpenIDEvent.WRONG_CODE, request, client_id=asked.client.client_id)
    error = _("This code does not fit, or is no longer valid. Please type the one in the newest mail.")
    return _code_page(request, asked, error, 403)


def _with_password(request: HttpRequest, asked: Asked, name: str) -> HttpResponse:
    limits = {rate_limits.PASSWORD_PER_LOGIN: name, rate_limits.PASSWORD_PER_CLIENT: client_ip(request)}
    if wait := max(rate_limits.seconds_left(limit, key) for limit, key in limits.items()):
        return errors.too_many(request, wait)
    customer = passwords.check(name, request.POST["password"])
    if customer:
        return _signed_in(request, asked, customer, "password")
    for limit, key in limits.items():
        rate_limits.count(limit, key)
    error = _("Name and password do not fit together.")
    return pages.address(request, asked.client, asked.grant.redirect_uri, name, password_error=error, status=403)


def _signed_in(request: HttpRequest, asked: Asked, customer: CustomerUser, how: str) -> HttpResponse:
    client_id = asked.client.client_id
    with transaction.atomic():
        key = sessions.start(request, customer.login, all_tickets=True)
        audit.record(OpenIDEvent.SIGNED_IN, request, client_id=client_id, customer_login=customer.login, note=how)
        session = CustomerSession.objects.get(digest=digest_of(key))
        # Straight on, not by way of the request again: that may have asked for a sign-in, and has had it.
        response = authorize.send_back(request, asked, session)
    sessions.hand_out(response, key)
    return response
