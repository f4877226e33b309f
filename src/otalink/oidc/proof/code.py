"""The proof that somebody is who they say: a code mailed to their address, typed in the browser that asked for it.

A link's mail proves that somebody may read one ticket, and gets passed on as mail does. What opens everything of a
person is asked for by that person, says so, and is good for nothing in any other browser.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from otalink.customers import directory, provisional
from otalink.customers.types import CustomerUser
from otalink.limits import rate_limits
from otalink.limits.client_ip import client_ip
from otalink.oidc.models import SignInCode
from otalink.tokens import codes
from otalink.tokens.issue import digest_of

COOKIE = "otalink_openid"
LIFETIME = timedelta(minutes=15)
_PATH = "/oidc/"


def begin(response: HttpResponse, *, is_secure: bool) -> str:
    """Give a browser the secret that its code will go with; returns that secret's digest."""
    secret = secrets.token_urlsafe(32)
    response.set_cookie(
        COOKIE, secret, max_age=LIFETIME, path=_PATH, httponly=True, secure=is_secure, samesite="Lax"
    )  # fmt: skip
    return digest_of(secret)


def browser_of(request: HttpRequest) -> str:
    """The digest of a browser's secret; empty where it never asked, or long ago."""
    secret = request.COOKIES.get(COOKIE, "")
    return digest_of(secret) if secret else ""


def make(customer_login: str, browser: str) -> str:
    """A code for one person in one browser, `NNNN-NNNN`; the one they had there before is over."""
    code = codes.new()
    SignInCode.objects.filter(browser=browser, customer_login=customer_login).delete()
    SignInCode.objects.create(
        browser=browser, customer_login=customer_login, code=codes.hash_of(code, browser), created=timezone.now()
    )
    return codes.shown(code)


def seconds_to_wait(request: HttpRequest) -> int:
    """In how many seconds this browser may try a code again; 0 is now."""
    limits = rate_limits.SIGN_IN_CODE_PER_BROWSER, rate_limits.SIGN_IN_CODE_PER_CLIENT
    keys = browser_of(request), client_ip(request)
    return max(rate_limits.seconds_left(limit, key) for limit, key in zip(limits, keys, strict=True))


def check(request: HttpRequest, typed: str) -> CustomerUser | None:
    """Use a code up; whose it is, if they may come in. None where it is wrong or over, or too many were tried.

    Raises:
        BackendUnavailable: it was not used up.
    """
    browser = browser_of(request)
    if not browser or not rate_limits.take(rate_limits.SIGN_IN_CODE_PER_BROWSER, browser):
        return None
    code, since = codes.typed(typed), timezone.now() - LIFETIME
    hashed = codes.hash_of(code, browser)
    found = SignInCode.objects.filter(browser=browser, code=hashed, created__gt=since).first() if code else None
    customer = directory.find_valid(found.customer_login) if found else None
    if found is None or customer is None:
        rate_limits.count(rate_limits.SIGN_IN_CODE_PER_CLIENT, client_ip(request))
        return None
    # Of all who type it at once, one row is deleted for one of them.
    if not SignInCode.objects.filter(pk=found.pk).delete()[0]:
        return None
    SignInCode.objects.filter(browser=browser).delete()
    provisional.confirm([customer.login])
    return customer


def purge() -> int:
    """Forget codes that are over; returns how many."""
    return SignInCode.objects.filter(created__lt=timezone.now() - LIFETIME).delete()[0]
