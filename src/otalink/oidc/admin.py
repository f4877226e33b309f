"""Clients and the trail in `/admin`, to read only; `otalink oidc client` adds and removes."""

from __future__ import annotations

from django.contrib import admin

from otalink.common.read_only_admin import ReadOnlyAdmin
from otalink.oidc.models import Client, OpenIDEntry


@admin.register(Client)
class ClientAdmin(ReadOnlyAdmin):
    """Who may have customers sign in here; what is stored of a secret is not shown."""

    list_display = ("client_id", "title", "shown_kind", "algorithm", "created")
    search_fields = ("client_id", "title")
    fields = (
        *("client_id", "title", "shown_kind", "algorithm"),
        *("redirect_uris", "post_logout_redirect_uris", "created"),
    )
    ordering = ("client_id",)

    @admin.display(description="kind")
    def shown_kind(self, client: Client) -> str:
        """Whether it has a secret."""
        return "public" if client.is_public else "confidential"


@admin.register(OpenIDEntry)
class OpenIDEntryAdmin(ReadOnlyAdmin):
    """Who did what, and from where."""

    list_display = ("created", "event", "client_id", "shown_customer", "client_ip", "note")
    list_filter = ("event",)
    search_fields = ("client_id", "customer_login", "client_ip", "note")
    search_help_text = "Client ID, customer user or IP address"
    fields = ("created", "event", "client_id", "shown_customer", "client_ip", "note")
    ordering = ("-id",)
