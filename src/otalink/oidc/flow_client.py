"""A client as Authlib asks about it."""

from __future__ import annotations

from dataclasses import dataclass

from otalink.oidc import clients
from otalink.oidc.discovery import SCOPES
from otalink.oidc.models import Client


@dataclass(frozen=True)
class FlowClient:
    """Authlib's questions about a client, answered from its row."""

    row: Client

    def get_client_id(self) -> str:
        """Its ID."""
        return self.row.client_id

    def get_default_redirect_uri(self) -> None:
        """None: OpenID Connect wants it in the request."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Those of a scope that we know; None where `openid` is not among them: there is nothing else here."""
        asked = (scope or "").split()
        return " ".join(name for name in SCOPES if name in asked) if "openid" in asked else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Exactly, character by character."""
        return redirect_uri in self.row.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether this is its secret."""
        return clients.has_secret(self.row, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - Authlib passes it
        """Whoever has a secret must show it, either way; whoever has none cannot."""
        return method == "none" if self.row.is_public else method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        """The code flow alone."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Codes alone: nobody gets refresh tokens."""
        return grant_type == "authorization_code"


def find(client_id: str) -> FlowClient | None:
    """The client of an ID."""
    row = clients.find(client_id)
    return FlowClient(row) if row else None
