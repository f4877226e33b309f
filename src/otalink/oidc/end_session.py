"""Signing out, on the way from a client: at once where its ID token says whose session it is, else after a question.

OpenID Connect RP-Initiated Logout 1.0. A page anywhere can send a browser here; without the token, that ends nothing.
"""

from __future__ import annotations

from authlib.oauth2 import OAuth2Error
from authlib.oidc.rpinitiated import EndSessionEndpoint
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from otalink.oidc import audit, keys, redirects
from otalink.oidc.flow_client import FlowClient
from otalink.oidc.models import OpenIDEvent, SigningAlgorithm
from otalink.oidc.provider import provider
from otalink.portal import sessions
from otalink.portal.pages import SeeOther, page

_LONGEST_QUERY = 8_000


class _EndSession(EndSessionEndpoint):  # type: ignore[misc]  # untyped
    """Authlib's checks of such a request, on our keys and clients."""

    def get_server_jwks(self) -> KeySet:
        """The keys that are published, those that sign no more included."""
        return keys.public_set()

    def get_algorithms(self) -> list[str]:
        """What we sign with."""
        return [algorithm.value for algorithm in SigningAlgorithm]

    def _is_valid_post_logout_redirect_uri(self, client: FlowClient, post_logout_redirect_uri: str) -> bool:
        return post_logout_redirect_uri in client.row.post_logout_redirect_uris

    def is_post_logout_redirect_uri_legitimate(self, *_: object) -> bool:
        """Registered is enough: where it leads, the client's administrator chose."""
        return True


@require_http_methods(["GET", "HEAD", "POST"])
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign out and lead back, or ask first."""
    if request.method == "POST":
        # It came from elsewhere, so without our cookies; the browser comes back with them.
        return SeeOther(f"{reverse('oidc-end-session')}?{request.body[:_LONGEST_QUERY].decode('latin-1')}")
    subject, back = _read(request)
    session = sessions.find(request)
    if session is None:
        return SeeOther(back or _signed_out())
    if subject == session.customer_login:
        return _end(request, back)
    query = request.META.get("QUERY_STRING", "")
    response = page(request, "openid_sign_out", {"query": query, "back": back})
    if back:
        redirects.allow_forms_to(response, back)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """What the button of that page does."""
    asked = HttpRequest()
    asked.META, asked.GET, asked.method = request.META, request.GET, "GET"
    return _end(request, _read(asked)[1])


def _read(request: HttpRequest) -> tuple[str, str]:
    """Whose session the client means, and where the browser may go afterwards; each may be empty."""
    server = provider()
    try:
        read = _EndSession(server).validate_request(server.create_oauth2_request(request))
    except (OAuth2Error, JoseError, ValueError):
        return "", ""
    subject = str((read.id_token_claims or {}).get("sub", ""))
    registered = request.GET.get("post_logout_redirect_uri", "") if read.redirect_uri else ""
    query = request.META.get("QUERY_STRING", "")
    return subject, redirects.with_answer(registered, {}, query) if registered else ""


def _end(request: HttpRequest, back: str) -> HttpResponse:
    session = sessions.find(request)
    if session:
        audit.record(OpenIDEvent.SIGNED_OUT, request, customer_login=session.customer_login)
    response = SeeOther(back or _signed_out())
    if back:
        redirects.allow_forms_to(response, back)
    sessions.end(request, response)
    return response


def _signed_out() -> str:
    return f"{reverse('sign-in')}?signed-out=1"
