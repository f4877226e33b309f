"""Clients: who may have customers sign in here. Added and removed by command alone."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from otalink.oidc import audit, keys, redirects
from otalink.oidc.models import Client, OpenIDEvent, SigningAlgorithm
from otalink.sysconfig.setting import InvalidValue
from otalink.tokens.issue import digest_of

# Some clients, OTOBO among them, do not encode what they send in a Basic header: nothing here needs it.
_CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


class ClientUnknown(LookupError):
    """There is no client of that ID."""


@dataclass(frozen=True)
class NewClient:
    """What is said of a client when it is added."""

    client_id: str
    redirect_uris: Sequence[str]
    post_logout_redirect_uris: Sequence[str] = ()
    title: str = ""
    algorithm: str = SigningAlgorithm.RS256
    is_public: bool = False


@transaction.atomic
def add(new: NewClient) -> tuple[Client, str]:
    """Keep a client; returns it with its secret, which stands nowhere else and is empty for a public one.

    Raises:
        InvalidValue: the ID is taken or none, a URL may not be redirected to, or none was named.
    """
    _check(new)
    secret = "" if new.is_public else secrets.token_urlsafe(32)
    client = Client.objects.create(
        client_id=new.client_id,
        title=new.title or new.client_id,
        secret=digest_of(secret) if secret else "",
        redirect_uris=list(new.redirect_uris),
        post_logout_redirect_uris=list(new.post_logout_redirect_uris),
        algorithm=new.algorithm,
        created=timezone.now(),
    )
    # Whoever looks for keys from now on finds those that will sign.
    keys.ensure()
    audit.record(OpenIDEvent.CLIENT_ADDED, client_id=client.client_id)
    return client, secret


@transaction.atomic
def remove(client_id: str) -> None:
    """Forget a client; what it was given is worth nothing at once.

    Raises:
        ClientUnknown
    """
    if not Client.objects.filter(client_id=client_id).delete()[0]:
        raise ClientUnknown(f"no OpenID client {client_id!r}; `otalink oidc client list` names them all")
    audit.record(OpenIDEvent.CLIENT_REMOVED, client_id=client_id)


def find(client_id: str) -> Client | None:
    """The client of that ID, if there is one."""
    found = Client.objects.filter(client_id=client_id).first() if _CLIENT_ID.fullmatch(client_id) else None
    # Some databases take "OTOBO" for "otobo".
    return found if found and found.client_id == client_id else None


def has_secret(client: Client, secret: str) -> bool:
    """Whether this is the client's secret."""
    return not client.is_public and hmac.compare_digest(client.secret, digest_of(secret))


def _check(new: NewClient) -> None:
    if not _CLIENT_ID.fullmatch(new.client_id):
        raise InvalidValue(f"a client ID is up to 60 letters, digits and . _ -, not {new.client_id!r}")
    if Client.objects.filter(client_id__iexact=new.client_id).exists():
        raise InvalidValue(f"there is a client {new.client_id!r} already; `otalink oidc client remove` forgets it")
    if len(new.title) > 100 or not new.title.isprintable():
        raise InvalidValue("a title is one line of up to 100 characters")
    for uri in (*new.redirect_uris, *new.post_logout_redirect_uris):
        if not redirects.is_acceptable(uri):
            raise InvalidValue(f"nobody can be redirected to {uri!r}; accepted: {redirects.ACCEPTED}")
