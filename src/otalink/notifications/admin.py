"""Mail texts and the outbox in `/admin`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest
from django.utils.html import escape
from unfold.admin import ModelAdmin
from unfold.decorators import display

from otalink.common.read_only_admin import ReadOnlyAdmin
from otalink.notifications.models import AnswerMail, MailState, Notification, OutboxMail, UndeliverableAddress

_COLOURS: dict[str, str] = {MailState.QUEUED: "info", MailState.SENT: "success", MailState.FAILED: "danger"}


@admin.register(Notification)
class NotificationAdmin(ModelAdmin):
    """Texts that replace the built-in ones."""

    list_display = ("name", "event", "language", "subject")
    list_filter = ("event", "language")
    search_fields = ("name", "subject", "text")
    ordering = ("name", "language")

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """The help speaks of tags in angle brackets, and forms print help as HTML."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.help_text = escape(field.help_text)
        return field


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnlyAdmin):
    """What was sent, waits or failed, and why; its message id still answers which ticket a reply belongs to."""

    list_display = ("created", "event", "shown_ticket", "shown_customer", "shown_state", "attempts", "sent_at")
    list_filter = ("state", "event")
    search_fields = ("ticket_number", "customer_login", "message_id")
    search_help_text = "Ticket number, customer user or message ID"
    fields = (
        "created",
        "event",
        "shown_ticket",
        "shown_customer",
        "state",
        "attempts",
        "sent_at",
        "last_error",
        "message_id",
    )
    ordering = ("-id",)

    @display(description="state", ordering="state", label=_COLOURS)
    def shown_state(self, mail: OutboxMail) -> str:
        """The state in its colour."""
        return mail.state


@admin.register(AnswerMail)
class AnswerMailAdmin(ReadOnlyAdmin):
    """What senders of refused mail were told; it counts against the limit per address and day."""

    list_display = ("created", "recipient", "subject", "shown_state")
    list_filter = ("state",)
    search_fields = ("recipient", "message_id")
    search_help_text = "Recipient or message ID"
    exclude = ("limit_key",)
    ordering = ("-id",)

    @display(description="state", ordering="state", label=_COLOURS)
    def shown_state(self, mail: AnswerMail) -> str:
        """The state in its colour."""
        return mail.state


@admin.register(UndeliverableAddress)
class UndeliverableAddressAdmin(ModelAdmin):
    """Addresses that get no mail; deleting one has mail sent there again."""

    list_display = ("address", "reason", "since")
    search_fields = ("address",)
    ordering = ("-since",)

    def has_add_permission(self, _request: object) -> bool:
        """Bounces mark addresses."""
        return False

    def has_change_permission(self, _request: object, _obj: object = None) -> bool:
        """What mail systems told, they told."""
        return False
