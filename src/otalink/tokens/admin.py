"""Tokens and their audit trail in `/admin`, to read only; what is stored of a token's secret is not shown."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from otalink.tokens.models import AuditEntry, Token


class _ReadOnly(ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, _request: object) -> bool:
        return False

    def has_change_permission(self, _request: object, _obj: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: object, _obj: object = None) -> bool:
        return False


@admin.register(Token)
class TokenAdmin(_ReadOnly):
    """State and times; `otalink token revoke` ends links."""

    list_display = ("ticket_number", "customer_login", "state", "created", "changed")
    list_filter = ("state",)
    search_fields = ("ticket_number", "customer_login")
    fields = ("ticket_number", "customer_login", "state", "created", "changed")
    ordering = ("-id",)


@admin.register(AuditEntry)
class AuditEntryAdmin(_ReadOnly):
    """Who did what with which link, and from where."""

    list_display = ("created", "event", "ticket_number", "customer_login", "address", "token_id")
    list_filter = ("event",)
    search_fields = ("ticket_number", "customer_login", "address")
    ordering = ("-id",)
