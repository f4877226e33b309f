"""What happens around every request: machines' questions, the origin of our own forms, and faults that pass."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from otalink.customers.types import BackendUnavailable
from otalink.desk.port import DeskUnavailable
from otalink.portal import errors

log = structlog.get_logger(__name__)

_FOR_MACHINES = {"/healthz", "/readyz", "/metrics"}
_Next = Callable[[HttpRequest], HttpResponse]


class HealthByAnyHost:
    """Lets whoever watches over us ask for our health by an address, as they do: no host name of ours is in it."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Further in, every host name but our own is refused."""
        if request.path in _FOR_MACHINES:
            request.META["HTTP_HOST"] = urlsplit(settings.OTALINK_BASE_URL).netloc
        return self.get_response(request)


class RestoreOrigin:
    """Lets browsers that keep our referrer policy pass Django's check of the origin.

    Told to send no referrer, a browser says "Origin: null" even to ourselves, which Django refuses. Such a request
    is taken as our own unless the browser knows better; its CSRF token is still checked.
    """

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say where a form of ours comes from."""
        own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        if request.headers.get("Origin") == "null" and own:
            request.META["HTTP_ORIGIN"] = settings.OTALINK_BASE_URL
        return self.get_response(request)


class TryLater:
    """Answers 503 while the database, the desk or a customer user backend cannot be reached."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show the page for faults that pass; anything else is Django's."""
        passing = (BackendUnavailable, DeskUnavailable, OperationalError, InterfaceError)
        if not isinstance(exception, passing):
            return None
        log.error("unavailable", error=f"{type(exception).__name__}: {exception}")
        return errors.unavailable(request)
