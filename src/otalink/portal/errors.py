"""Pages for requests we refuse or cannot answer; never a traceback."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from otalink.portal.pages import page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """A form that did not come from our own page, or was kept too long, or from a browser that keeps no cookies."""
    if request.path.startswith("/l/") and settings.CSRF_COOKIE_NAME not in request.COOKIES:
        return _without_cookies(request)
    text = _(
        "This form is no longer valid. Please go back, reload the page and try again. Your browser needs to "
        "accept cookies from this site."
    )
    return refused(request, 403, _("That did not work"), text)


def _without_cookies(request: HttpRequest) -> HttpResponse:
    # Browsers inside of mail programs and other apps may keep none; in such a one, nothing ever signs in.
    text = _(
        "This browser keeps no cookies, so it cannot open your ticket; the link was not used. Please open the link in "
        "another browser. If it says there that the link was used, type the code that stands in the same mail."
    )
    return refused(request, 403, _("Please use another browser"), text)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """A request we cannot make sense of, or one that is too large."""
    return refused(request, 400, _("That did not work"), _("Your browser sent something we could not take."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """A page that is not for this person."""
    return refused(request, 403, _("No access"), _("You may not open this page."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """A URL that leads nowhere."""
    return refused(request, 404, _("Page not found"), _("There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    text = _("Something went wrong on our side. Nothing you wrote by mail is lost. Please try again in a moment.")
    return refused(request, 500, _("Sorry"), text)


def unavailable(request: HttpRequest) -> HttpResponse:
    """A fault that passes."""
    text = _("We cannot reach your tickets right now. Please try again in a few minutes.")
    response = refused(request, 503, _("Please try again soon"), text)
    response["Retry-After"] = "60"
    return response


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Somebody who reached a limit, and in how many seconds it lets them on."""
    text = _("There were too many attempts. You can try again in %(minutes)s min.") % {"minutes": minutes(seconds)}
    response = refused(request, 429, _("Please wait a moment"), text)
    response["Retry-After"] = str(seconds)
    return response


def minutes(seconds: int) -> int:
    """Whole minutes that are over when so many seconds are."""
    return -(-seconds // 60)


def refused(request: HttpRequest, status: int, heading: str, text: str) -> HttpResponse:
    """A page with a heading, one paragraph, and a way on: for agents, back to the desk."""
    home, home_text = reverse("front-door"), _("Go to my tickets")
    if request.path.startswith((settings.LOGIN_REDIRECT_URL, "/admin/")):
        home, home_text = settings.LOGIN_REDIRECT_URL, _("Go to the desk")
    context = {"heading": heading, "text": text, "home": home, "home_text": home_text}
    return page(request, "message", context, status=status)
