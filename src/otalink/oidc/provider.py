"""The code flow on Authlib: what its server, its grant and its extensions ask of us, answered from our own tables.

Authlib decides what is a valid request; a code is taken by one conditional UPDATE, so that it becomes tokens once.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

from authlib.oauth2 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Payload
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from joserfc.errors import SecurityWarning
from joserfc.jwk import Key

from otalink.customers.types import CustomerUser
from otalink.oidc import audit, claims, codes, discovery, keys
from otalink.oidc.flow_client import FlowClient, find
from otalink.oidc.models import AuthorizationCode, OpenIDEvent

TOKEN_SECONDS = 600
# Clients know the algorithm by this name; its successors, one per curve, hardly any does yet.
warnings.filterwarnings("ignore", "EdDSA is deprecated", category=SecurityWarning)
# What we support none of must be refused, not passed over: a client that sends it counts on it.
_UNSUPPORTED = {"request": "request_not_supported", "request_uri": "request_uri_not_supported"}


class _Payload(OAuth2Payload):  # type: ignore[misc]  # untyped
    """The parameters of a request: of its query, or of its form."""

    def __init__(self, parameters: QueryDict) -> None:
        self._parameters = parameters

    @property
    def data(self) -> dict[str, str]:
        return {str(name): str(value) for name, value in self._parameters.items()}

    @property
    def datalist(self) -> dict[str, list[str]]:
        return {str(name): list(map(str, values)) for name, values in self._parameters.lists()}


class FlowRequest(OAuth2Request):  # type: ignore[misc]  # untyped
    """A request as Authlib wants it; `seen` is Django's."""

    def __init__(self, seen: HttpRequest) -> None:
        # That our own URL may be plain http, on this machine, the boot configuration has checked.
        super().__init__(seen.method, f"{discovery.issuer()}/".replace("http:", "https:", 1), headers=seen.headers)
        self.seen = seen
        self.payload = _Payload(seen.POST if seen.method == "POST" else seen.GET)

    @property
    def form(self) -> QueryDict:
        """What was posted."""
        return self.seen.POST


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # untyped
    """The authorization code grant on our table."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

    def query_authorization_code(self, code: str, client: FlowClient) -> AuthorizationCode | None:
        """The code, if it is this client's, in time and not used yet."""
        return codes.find(code, client.row, self.request.seen)

    def authenticate_user(self, code: AuthorizationCode) -> CustomerUser | None:
        """Take the code; the customer user it is for, if that is still somebody who may come in."""
        return codes.take(code, self.request.seen)

    def delete_authorization_code(self, code: AuthorizationCode) -> None:
        """It stays, marked as used: should it come again, what it gave is taken back."""


class S256(CodeChallenge):  # type: ignore[misc]  # untyped
    """PKCE, by digest alone; public clients cannot do without."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Refuse what would prove nothing."""
        super().validate_code_challenge(grant, redirect_uri)
        sent = grant.request.payload.data
        if sent.get("code_challenge") and sent.get("code_challenge_method") != "S256":
            raise InvalidRequestError("'code_challenge_method' must be S256")
        if grant.request.client.row.is_public and not sent.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge': this client has no secret")

    def get_authorization_code_challenge_method(self, code: AuthorizationCode) -> str:
        """The only one."""
        return "S256" if code.code_challenge else ""


class IdToken(OpenIDCode):  # type: ignore[misc]  # untyped
    """The ID token of a code."""

    def exists_nonce(self, nonce: str, request: FlowRequest) -> bool:  # noqa: ARG002 - Authlib's
        """A nonce is the client's proof, and the client checks it; to reload a page is no attack."""
        return False

    def get_authorization_code_claims(self, code: AuthorizationCode) -> dict[str, Any]:
        """What the request and the session say."""
        nonce = {"nonce": code.nonce} if code.nonce else {}
        return {**nonce, "auth_time": int(code.auth_time.timestamp())}

    def get_client_claims(self, client: FlowClient) -> dict[str, Any]:
        """Who says it to whom, and until when."""
        now = int(timezone.now().timestamp())
        who = {"iss": discovery.issuer(), "aud": client.get_client_id()}
        return {**who, "iat": now, "exp": now + TOKEN_SECONDS}

    def get_client_algorithm(self, client: FlowClient) -> str:
        """What the client was added with."""
        return client.row.algorithm

    def get_encode_header(self, client: FlowClient) -> dict[str, str]:
        """Which key it is."""
        return {"alg": client.row.algorithm, "kid": str(keys.signing(client.row.algorithm).kid)}

    def resolve_client_private_key(self, client: FlowClient) -> Key:
        """The key that signs now."""
        return keys.signing(client.row.algorithm)

    def generate_user_info(self, user: CustomerUser, scope: str) -> UserInfo:
        """The claims."""
        return UserInfo(claims.of(user, scope))


class Provider(AuthorizationServer):  # type: ignore[misc]  # untyped
    """Authlib's server on Django's requests and our tables."""

    def __init__(self) -> None:
        super().__init__(scopes_supported=None)
        self.register_token_generator("default", BearerTokenGenerator(codes.new_secret, None, _expires_in))
        self.register_grant(CodeGrant, [IdToken(), S256(required=True)])

        self.register_client_auth_method("none", _without_secret)

    def query_client(self, client_id: str) -> FlowClient | None:
        """The client of an ID."""
        return find(client_id)

    def create_oauth2_request(self, request: HttpRequest | FlowRequest) -> FlowRequest:
        """Django's request, wrapped."""
        wrapped = request if isinstance(request, FlowRequest) else FlowRequest(request)
        for name, values in wrapped.payload.datalist.items():
            if len(values) > 1:
                raise InvalidRequestError(f"Multiple {name!r} in request." if name.isascii() else "Repeated parameter.")
        return wrapped

    def save_token(self, token: dict[str, Any], request: FlowRequest) -> None:
        """Keep the digest of the access token with its code."""
        codes.keep_token(request.authorization_code, token["access_token"])
        audit.record(
            OpenIDEvent.EXCHANGED,
            request.seen,
            client_id=request.client.get_client_id(),
            customer_login=request.authorization_code.customer_login,
        )

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> HttpResponse:
        """An answer of the token endpoint."""
        return answer(status, body, headers)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens; the trail is written where things happen."""


def _without_secret(query_client: Callable[[str], FlowClient | None], request: FlowRequest) -> FlowClient | None:
    """A public client, which says its ID in the form or, as Ruby's library does, in a Basic header without password."""
    basic_id, password = extract_basic_authorization(request.headers)
    if password or request.payload.data.get("client_secret"):
        return None
    client_id = basic_id or request.payload.client_id
    return query_client(client_id) if client_id else None


def _expires_in(_client: FlowClient, _grant_type: str) -> int:
    return TOKEN_SECONDS


def answer(status: int, body: dict[str, Any], headers: list[tuple[str, str]]) -> HttpResponse:
    """What Authlib says, as Django sends it."""
    return HttpResponse(json.dumps(body), status=status, headers=dict(headers))


@cache
def provider() -> Provider:
    """The one of this process."""
    return Provider()


def unsupported(parameters: dict[str, str]) -> str:
    """The error for a parameter that we do not support; empty where there is none."""
    if any(name in parameters for name in _UNSUPPORTED):
        return next(error for name, error in _UNSUPPORTED.items() if name in parameters)
    return "invalid_request" if parameters.get("response_mode", "query") != "query" else ""
