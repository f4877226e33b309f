"""The desk's records in `/admin/`: queues and dynamic fields to edit, tickets to look at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import display

from otalink.minidesk.models import DynamicField, Queue, Ticket


@admin.register(Queue)
class QueueAdmin(ModelAdmin):
    """Queues with their mail addresses."""

    list_display = ["name", "email", "sender_name", "link_profile", "shown_default"]
    search_fields = ["name", "email"]

    @display(description="default", label={"default": "info"})
    def shown_default(self, queue: Queue) -> str:
        """Which one takes the mail that no other does."""
        return "default" if queue.is_default else ""

    def has_delete_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        """Not the last one: mail must have somewhere to go."""
        return Queue.objects.count() > 1 and bool(super().has_delete_permission(request, obj))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Queue]) -> None:
        """Of all at once, leave the one that takes the mail of no other."""
        kept = Queue.objects.order_by("-is_default", "id").first()
        is_all = queryset.count() == Queue.objects.count()
        super().delete_queryset(request, queryset.exclude(pk=kept.pk) if is_all and kept else queryset)


@admin.register(DynamicField)
class DynamicFieldAdmin(ModelAdmin):
    """Fields that tickets have beyond the built-in ones."""

    list_display = ["name", "label", "type"]


@admin.register(Ticket)
class TicketAdmin(ModelAdmin):
    """Tickets to look at; they are changed on the agents' pages, which write the history."""

    list_display = ["number", "title", "queue", "state", "customer_user", "changed"]
    list_filter = ["queue", "state"]
    search_fields = ["number", "title", "customer_login"]
    search_help_text = "Number, title or customer user"
    fields = [
        "number",
        "title",
        "queue",
        "state",
        "priority",
        "customer_user",
        "customer_id",
        "created",
        "changed",
        "closed",
    ]
    readonly_fields = ["customer_user"]
    list_select_related = ["queue"]
    date_hierarchy = "created"

    @admin.display(description="customer user", ordering="customer_login")
    def customer_user(self, ticket: Ticket) -> str:
        """The login, by the name that it has everywhere."""
        return ticket.customer_login

    def view_on_site(self, obj: Ticket) -> str:
        """Where agents work on it."""
        return reverse("desk:ticket", args=[obj.number])

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django passes it
        """Tickets come in by mail."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:  # noqa: ARG002
        """Only to look at."""
        return False
