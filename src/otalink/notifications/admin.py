"""Mail texts and the outbox in `/admin`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Field
from django.http import HttpRequest
from django.utils.html import escape
from unfold.admin import ModelAdmin, StackedInline
from unfold.decorators import display

from otalink.common.read_only_admin import ReadOnlyAdmin
from otalink.notifications.models import (
    AUTO_REPLY,
    PASSED_ON,
    AutoReplyContent,
    MailState,
    Notification,
    OutboxMail,
    UndeliverableAddress,
)
from otalink.notifications.passed_on import copies as passed_on

_COLOURS: dict[str, str] = {
    MailState.QUEUED: "info",
    MailState.SENT: "success",
    MailState.FAILED: "danger",
    MailState.RETURNED: "danger",
}


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


class _AutoReplyInline(StackedInline):
    """What an auto-reply said; to read only, by whoever may see the outgoing mail."""

    model = AutoReplyContent
    exclude = ("limit_key",)
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, _obj: object = None) -> bool:
        """It is part of its mail."""
        return request.user.has_perm("notifications.view_outboxmail")

    def has_add_permission(self, _request: object, _obj: object = None) -> bool:
        """Mail that is refused writes these."""
        return False

    def has_change_permission(self, _request: object, _obj: object = None) -> bool:
        """What was said, was said."""
        return False


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnlyAdmin):
    """What was sent, waits or failed, and why; its message id still answers which ticket a reply belongs to."""

    list_display = ("created", "event", "shown_ticket", "shown_reader", "shown_state", "attempts", "sent_at")
    list_filter = ("event", "state")
    list_select_related = ("auto_reply",)
    search_fields = ("ticket_number", "customer_login", "auto_reply__recipient", "passed_on__recipient", "message_id")
    search_help_text = "Ticket number, customer user, recipient of an auto-reply or of mail passed on, or message ID"
    fields = (
        "created",
        "event",
        "shown_ticket",
        "shown_reader",
        "state",
        "attempts",
        "sent_at",
        "opened_at",
        "last_error",
        "resend_of",
        "undelivered_since",
        "message_id",
    )
    ordering = ("-id",)

    def get_inlines(self, _request: object, obj: OutboxMail | None) -> list[type[InlineModelAdmin[Any, Any]]]:
        """Only an auto-reply has its text here; other mail is written when it leaves, with a secret link in it."""
        return [_AutoReplyInline] if obj and obj.event == AUTO_REPLY else []

    @display(description="to", ordering="customer_login")
    def shown_reader(self, mail: OutboxMail) -> str:
        """The way to the customer user; an auto-reply goes to a mere address."""
        if mail.event == AUTO_REPLY:
            return mail.auto_reply.recipient
        return passed_on.recipient_of(mail) if mail.event == PASSED_ON else self.shown_customer(mail)

    @display(description="state", ordering="state", label=_COLOURS)
    def shown_state(self, mail: OutboxMail) -> str:
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
