"""Handlers of `otalink oidc ...`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from otalink.oidc import clients
from otalink.oidc.clients import NewClient
from otalink.oidc.models import Client
from otalink.sysconfig import declarations, store

SECRET_ONCE = "shown this once; it is stored as a digest"  # noqa: S105 - what is said about one


def list_all() -> list[dict[str, Any]]:
    """All clients, by ID; never a secret."""
    return [_record(client) for client in Client.objects.order_by("client_id")]


def add(  # noqa: PLR0917 - the words of the command
    client_id: str,
    redirect_uris: Sequence[str],
    post_logout_redirect_uris: Sequence[str],
    title: str,
    algorithm: str,
    public: bool,
) -> dict[str, Any]:
    """A new client, and what its administrator needs; the secret is told this once.

    Raises:
        InvalidValue
    """
    new = NewClient(client_id, redirect_uris, post_logout_redirect_uris, title, algorithm, public)
    client, secret = clients.add(new)
    issuer = f"{settings.OTALINK_BASE_URL}/oidc"
    is_on = store.get(declarations.OPENID_ACTIVE)
    return {
        **_record(client),
        "secret": secret,
        "discovery": f"{issuer}/.well-known/openid-configuration",
        "note": SECRET_ONCE
        if is_on
        else f"{SECRET_ONCE}; `otalink sysconfig set {declarations.OPENID_ACTIVE.name} 1` switches the provider on",
    }


def remove(client_id: str) -> dict[str, str]:
    """Forget a client.

    Raises:
        ClientUnknown
    """
    clients.remove(client_id)
    return {"removed": client_id}


def _record(client: Client) -> dict[str, Any]:
    return {
        "client_id": client.client_id,
        "title": client.title,
        "kind": "public" if client.is_public else "confidential",
        "algorithm": client.algorithm,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "created": client.created,
    }
