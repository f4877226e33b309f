"""The endpoints that clients' servers ask: a code becomes tokens, a token says who somebody is."""

from __future__ import annotations

from functools import cache

from authlib.oauth2 import OAuth2Error, ResourceProtector
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc6750 import BearerTokenValidator, InvalidTokenError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from otalink.limits import rate_limits
from otalink.limits.client_ip import client_ip
from otalink.oidc import audit, claims, codes, keys
from otalink.oidc.models import AuthorizationCode, OpenIDEvent
from otalink.oidc.provider import answer, provider

_LONGEST_ID = 60


@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Codes for tokens."""
    if wait := rate_limits.seconds_left(rate_limits.OPENID_REFUSED_PER_CLIENT, client_ip(request)):
        return JsonResponse({"error": "slow_down"}, status=429, headers={"Retry-After": str(wait)})
    keys.ensure()
    with transaction.atomic():
        response = _exchange(request)
        if response.status_code != 200:
            _note_refusal(request, response)
    return response


def _exchange(request: HttpRequest) -> HttpResponse:
    try:
        response: HttpResponse = provider().create_token_response(request)
    except OAuth2Error as error:  # before Authlib begins to look
        response = provider().handle_error_response(None, error)
    except ValueError:  # what it cannot decode, or would not repeat
        response = provider().handle_error_response(None, InvalidRequestError())
    return response


def _note_refusal(request: HttpRequest, response: HttpResponse) -> None:
    rate_limits.count(rate_limits.OPENID_REFUSED_PER_CLIENT, client_ip(request))
    note = response.content.decode()
    audit.record(OpenIDEvent.REFUSED, request, client_id=_said_to_be(request), note=note)


def _said_to_be(request: HttpRequest) -> str:
    """The ID that somebody gave; they may be anybody."""
    try:
        client_id, _ = extract_basic_authorization(request.headers)
    except ValueError:  # no text
        client_id = None
    said = str(client_id or request.POST.get("client_id", ""))
    return "".join(filter(str.isprintable, said))[:_LONGEST_ID]


class _Token:
    """An access token as Authlib asks about it."""

    def __init__(self, code: AuthorizationCode) -> None:
        self.code = code

    def get_scope(self) -> str:
        """What it opens."""
        return self.code.scope

    def is_expired(self) -> bool:
        """Never: one that is over is not found."""
        return False

    def is_revoked(self) -> bool:
        """Never: one that was taken back is not found."""
        return False


class _Validator(BearerTokenValidator):  # type: ignore[misc]  # untyped
    def authenticate_token(self, token_string: str) -> _Token | None:
        """The token, if it still counts."""
        code = codes.code_of_token(token_string)
        return _Token(code) if code else None


@cache
def _protector() -> ResourceProtector:
    protector = ResourceProtector()
    protector.register_token_validator(_Validator())
    return protector


@require_http_methods(["GET", "HEAD", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """Who somebody is, for whoever brings an access token."""
    try:
        found: _Token = _protector().validate_request(["openid"], request)
        customer = codes.customer_of(found.code)
        if customer is None:
            raise InvalidTokenError
    except OAuth2Error as error:
        return answer(error.status_code, dict(error.get_body()), error.get_headers())
    return JsonResponse(claims.of(customer, found.code.scope))
