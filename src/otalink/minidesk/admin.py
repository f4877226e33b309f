"""The desk's records in `/admin/`: queues and dynamic fields to edit, tickets to look at."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from otalink.minidesk.models import DynamicField, Queue, Ticket


@admin.register(Queue)
class QueueAdmin(ModelAdmin):
    """Queues with their mail addresses."""

    list_display = ["name", "email", "sender_name", "is_default"]
    search_fields = ["name", "email"]


@admin.register(DynamicField)
class DynamicFieldAdmin(ModelAdmin):
    """Fields that tickets have beyond the built-in ones."""

    list_display = ["name", "label", "type"]


@admin.register(Ticket)
class TicketAdmin(ModelAdmin):
    """Tickets to look at; they are changed on the agents' pages, which write the history."""

    list_display = ["number", "title", "queue", "state", "customer_login", "changed"]
    list_filter = ["queue", "state"]
    search_fields = ["number", "title", "customer_login"]
    list_select_related = ["queue"]
    date_hierarchy = "created"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django passes it
        """Tickets come in by mail."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:  # noqa: ARG002
        """Only to look at."""
        return False
