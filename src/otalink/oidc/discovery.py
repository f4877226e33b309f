"""What clients look up: where everything is, and the keys that ID tokens are signed with."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from otalink.oidc import keys
from otalink.oidc.models import SigningAlgorithm

SCOPES = ("openid", "profile", "email")
CLAIMS = (
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"),
    *("name", "given_name", "family_name", "preferred_username", "locale", "zoneinfo", "email", "email_verified"),
)


def issuer() -> str:
    """By what name we vouch; every URL begins with it."""
    return f"{settings.OTALINK_BASE_URL}/oidc"


@require_safe
def configuration(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view has one
    """OpenID Connect Discovery 1.0."""

    def url(name: str) -> str:
        return f"{settings.OTALINK_BASE_URL}{reverse(name)}"

    return _cached(
        {
            "issuer": issuer(),
            "authorization_endpoint": url("oidc-authorize"),
            "token_endpoint": url("oidc-token"),
            "userinfo_endpoint": url("oidc-userinfo"),
            "jwks_uri": url("oidc-jwks"),
            "end_session_endpoint": url("oidc-end-session"),
            "scopes_supported": list(SCOPES),
            "claims_supported": list(CLAIMS),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [algorithm.value for algorithm in SigningAlgorithm],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login", "select_account"],
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    )


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view has one
    """The public keys, those included that sign only from tomorrow on."""
    return _cached(keys.published())


def _cached(document: dict[str, object]) -> HttpResponse:
    response = JsonResponse(document)
    patch_cache_control(response, public=True, max_age=keys.CACHE_SECONDS)
    return response
