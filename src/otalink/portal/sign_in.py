"""Signing in without a link at hand: one by mail, or a password; and signing out."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otalink.limits import rate_limits
from otalink.limits.client_ip import client_ip
from otalink.portal import errors, passwords, sessions
from otalink.portal.mail_link import mail_link
from otalink.portal.pages import SeeOther, page

_NUMBER = re.compile(r"[0-9]{1,50}")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; POST mails a link, or signs in with a password."""
    if request.method != "POST":
        return _show(request)
    name = request.POST.get("name", "").replace("\0", "").strip().lower()[:200]
    if not name:
        return _show(request, error=_("Please enter your e-mail address."))
    return _with_password(request, name) if "password" in request.POST else _by_mail(request, name)


def _by_mail(request: HttpRequest, name: str) -> HttpResponse:
    if wait := _wait(rate_limits.SIGN_IN_MAIL_PER_LOGIN, rate_limits.SIGN_IN_MAIL_PER_CLIENT, name, request):
        return errors.too_many(request, wait)
    rate_limits.count(rate_limits.SIGN_IN_MAIL_PER_LOGIN, name)
    rate_limits.count(rate_limits.SIGN_IN_MAIL_PER_CLIENT, client_ip(request))
    mail_link.enqueue(name, _ticket_asked_for(request))
    return SeeOther(f"{reverse('sign-in')}?sent=1")


def _with_password(request: HttpRequest, name: str) -> HttpResponse:
    if wait := _wait(rate_limits.PASSWORD_PER_LOGIN, rate_limits.PASSWORD_PER_CLIENT, name, request):
        return errors.too_many(request, wait)
    customer = passwords.check(name, request.POST["password"])
    if customer is None:
        rate_limits.count(rate_limits.PASSWORD_PER_LOGIN, name)
        rate_limits.count(rate_limits.PASSWORD_PER_CLIENT, client_ip(request))
        return _show(request, password_error=_("Name and password do not fit together."), name=name)
    number = _ticket_asked_for(request)
    response = SeeOther(reverse("ticket", args=[number]) if number else reverse("tickets"))
    sessions.hand_out(response, sessions.start(request, customer.login, all_tickets=True))
    return response


def _wait(per_login: rate_limits.Limit, per_client: rate_limits.Limit, name: str, request: HttpRequest) -> int:
    """In how many seconds both limits allow it again."""
    return max(rate_limits.seconds_left(per_login, name), rate_limits.seconds_left(per_client, client_ip(request)))


def _ticket_asked_for(request: HttpRequest) -> str:
    number = request.GET.get("ticket", "")
    return number if _NUMBER.fullmatch(number) else ""


def _show(request: HttpRequest, *, error: str = "", password_error: str = "", name: str = "") -> HttpResponse:
    context = {
        "ticket_number": _ticket_asked_for(request),
        "signed_out": "signed-out" in request.GET,
        "sent": "sent" in request.GET,
        "error": error,
        "password_error": password_error,
        "name": name,
    }
    status = 400 if error else 403 if password_error else 200
    return page(request, "sign_in", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    response = SeeOther(f"{reverse('sign-in')}?signed-out=1")
    sessions.end(request, response)
    return response
