"""Authorization codes and access tokens: made for one client and one session, good for minutes, each code once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.oidc import audit
from otalink.oidc.models import AccessToken, AuthorizationCode, Client, OpenIDEvent
from otalink.portal.models import CustomerSession
from otalink.tokens.issue import digest_of

CODE_LIFETIME = timedelta(minutes=1)
TOKEN_LIFETIME = timedelta(minutes=10)
# Used codes are known for so long, to notice whoever brings one again.
_REMEMBERED = timedelta(days=1)


@dataclass(frozen=True)
class Grant:
    """What a client asked for; empty where the request did not say."""

    client: Client
    redirect_uri: str
    scope: str
    nonce: str = ""
    code_challenge: str = ""


def new_secret(*_: Any, **__: Any) -> str:
    """256 random bits; Authlib says for whom."""
    return secrets.token_urlsafe(32)


def issue(grant: Grant, session: CustomerSession) -> str:
    """A code for whoever is signed in."""
    code = new_secret()
    AuthorizationCode.objects.create(
        code=digest_of(code),
        client=grant.client,
        customer_login=session.customer_login,
        session=session.digest,
        redirect_uri=grant.redirect_uri,
        scope=grant.scope,
        nonce=grant.nonce,
        code_challenge=grant.code_challenge,
        auth_time=session.created,
        created=timezone.now(),
    )
    return code


def find(code: str, client: Client, request: HttpRequest) -> AuthorizationCode | None:
    """The code, if it was made for this client, is in time and was not used; one that was costs what it gave."""
    found = AuthorizationCode.objects.filter(code=digest_of(code), client=client).first()
    if found is None:
        return None
    if found.used:
        _take_back(found, request)
        return None
    return found if found.created > timezone.now() - CODE_LIFETIME else None


def take(code: AuthorizationCode, request: HttpRequest) -> CustomerUser | None:
    """Use a code up: of all who try at once, one succeeds. None too where the person may not come in any more."""
    if not AuthorizationCode.objects.filter(pk=code.pk, used=None).update(used=timezone.now()):
        _take_back(code, request)
        return None
    return customer_of(code)


def keep_token(code: AuthorizationCode, token: str) -> None:
    """Keep an access token that was made for a code."""
    AccessToken.objects.create(token=digest_of(token), code=code, created=timezone.now())


def code_of_token(token: str) -> AuthorizationCode | None:
    """What an access token that still counts was made for."""
    since = timezone.now() - TOKEN_LIFETIME
    found = AccessToken.objects.select_related("code__client").filter(token=digest_of(token), created__gt=since).first()
    return found.code if found else None


def customer_of(code: AuthorizationCode) -> CustomerUser | None:
    """Whom a code is for, while their session goes on and they may come in.

    Raises:
        BackendUnavailable
    """
    session = CustomerSession.objects.filter(digest=code.session, expires__gt=timezone.now())
    return directory.find_valid(code.customer_login) if session.exists() else None


def purge() -> int:
    """Forget old codes and with them their tokens; returns how many codes."""
    old = AuthorizationCode.objects.filter(created__lt=timezone.now() - _REMEMBERED)
    AccessToken.objects.filter(code__in=old).delete()
    return old.delete()[0]


def _take_back(code: AuthorizationCode, request: HttpRequest) -> None:
    AccessToken.objects.filter(code=code).delete()
    audit.record(OpenIDEvent.REUSED, request, client_id=code.client.client_id, customer_login=code.customer_login)
