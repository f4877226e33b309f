"""Tokens and their audit trail in `/admin`, to read only; what is stored of a token's secret is not shown."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from otalink.tokens.models import AuditEntry, Token


class ReadOnlyAdmin(ModelAdmin):
    """Records of what happened: nobody adds, changes or deletes one by hand."""

    show_full_result_count = False

    def has_add_permission(self, _request: object) -> bool:
        """Events write these records."""
        return False

    def has_change_permission(self, _request: object, _obj: object = None) -> bool:
        """What happened, happened."""
        return False

    def has_delete_permission(self, _request: object, _obj: object = None) -> bool:
        """Something still counts or finds them."""
        return False


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    """State and times; `otalink token revoke` ends links."""

    list_display = ("ticket_number", "customer_login", "state", "created", "changed")
    list_filter = ("state",)
    search_fields = ("ticket_number", "customer_login")
    fields = ("ticket_number", "customer_login", "state", "created", "changed")
    ordering = ("-id",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what with which link, and from where."""

    list_display = ("created", "event", "ticket_number", "customer_login", "address", "token_id")
    list_filter = ("event",)
    search_fields = ("ticket_number", "customer_login", "address")
    ordering = ("-id",)
