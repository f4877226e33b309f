"""Records of the companion in `/admin`, to read only."""

from __future__ import annotations

from django.contrib import admin
from unfold.decorators import display

from otalink.common.read_only_admin import ReadOnlyAdmin
from otalink.otobo.models import QueuedReply, ReplyState

_COLOURS: dict[str, str] = {
    ReplyState.WAITING: "info",
    ReplyState.FILED: "success",
    ReplyState.GONE: "danger",
}


@admin.register(QueuedReply)
class QueuedReplyAdmin(ReadOnlyAdmin):
    """What customers wrote: what waits for OTOBO, and why; what was filed lately."""

    list_display = ("ticket_number", "from_address", "shown_state", "created", "filed", "attempts", "last_error")
    list_filter = ("state",)
    search_fields = ("ticket_number", "from_address", "filed_ticket_number")
    ordering = ("-id",)

    @display(description="state", label=_COLOURS)
    def shown_state(self, reply: QueuedReply) -> str:
        """Whether OTOBO has it."""
        return reply.state
