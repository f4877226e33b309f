"""The pages on which somebody signs in for everything of theirs: an address, then the code that was mailed there."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from otalink.customers import directory
from otalink.oidc import redirects
from otalink.oidc.models import Client
from otalink.portal import sessions
from otalink.portal.pages import page


def address(
    request: HttpRequest,
    client: Client,
    redirect_uri: str,
    name: str = "",
    *,
    error: str = "",
    password_error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Asks for an address; of whoever opened a ticket already, only whether a code may be mailed to them."""
    session = sessions.find(request)
    known = directory.find_valid(session.customer_login) if session else None
    context = {"known": known, "name": name, "error": error, "password_error": password_error}
    return _page(request, "address", client, redirect_uri, context, status)


def code(
    request: HttpRequest, client: Client, redirect_uri: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    """Asks for the code."""
    return _page(request, "code", client, redirect_uri, {"error": error}, status)


def _page(  # noqa: PLR0917 - one caller per page
    request: HttpRequest, name: str, client: Client, redirect_uri: str, context: Mapping[str, object], status: int
) -> HttpResponse:
    # A query is in every URL here: the request of the client goes along until it is answered.
    shown = {**context, "title": client.title, "query": request.META.get("QUERY_STRING", "")}
    response = page(request, f"openid_{name}", shown, status=status)
    redirects.allow_forms_to(response, redirect_uri)
    return response
