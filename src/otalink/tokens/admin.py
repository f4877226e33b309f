"""Tokens and their audit trail in `/admin`, to read only; what is stored of a token's secret is not shown."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from unfold.admin import ModelAdmin
from unfold.decorators import display

from otalink.common.read_only_admin import ReadOnlyAdmin
from otalink.tokens import profiles
from otalink.tokens.models import AuditEntry, RecipientProfile, Token, TokenState

_COLOURS: dict[str, str] = {
    TokenState.ISSUED: "info",
    TokenState.ACTIVE: "success",
    TokenState.REVOKED: "danger",
}


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    """State and times; `otalink token revoke` ends links."""

    list_display = ("created", "shown_ticket", "shown_customer", "shown_state", "changed")
    list_filter = ("state",)
    search_fields = ("ticket_number", "customer_login")
    search_help_text = "Ticket number or customer user"
    fields = ("shown_ticket", "shown_customer", "state", "created", "changed")
    ordering = ("-id",)

    @display(description="state", ordering="state", label=_COLOURS)
    def shown_state(self, token: Token) -> str:
        """The state in its colour."""
        return token.state


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what with which link, and from where."""

    list_display = ("created", "event", "shown_ticket", "shown_customer", "shown_client_ip", "note")
    list_filter = ("event",)
    search_fields = ("ticket_number", "customer_login", "client_ip", "note")
    search_help_text = "Ticket number, customer user or IP address"
    fields = ("created", "event", "shown_ticket", "shown_customer", "shown_client_ip", "note", "token_id")
    ordering = ("-id",)

    @admin.display(description="IP address", ordering="client_ip")
    def shown_client_ip(self, entry: AuditEntry) -> str:
        """From where, if a browser was part of it."""
        return entry.client_ip


@admin.register(RecipientProfile)
class RecipientProfileAdmin(ModelAdmin):
    """Recipients who get in by code alone, since machines press the buttons in their mail; deleting switches back."""

    list_display = ("recipient", "pressed", "switched")
    search_fields = ("recipient",)
    ordering = ("-switched",)

    def has_add_permission(self, _request: object) -> bool:
        """Presses that a code undid make them."""
        return False

    def has_change_permission(self, _request: object, _obj: object = None) -> bool:
        """What happened, happened."""
        return False

    def delete_model(self, _request: object, obj: RecipientProfile) -> None:
        """Switch back to the button, which the audit trail keeps."""
        profiles.forget([obj])

    def delete_queryset(self, _request: object, queryset: QuerySet[RecipientProfile]) -> None:
        """The same for many."""
        profiles.forget(queryset)
