"""The journal in `/admin`: what became of every mail, to search and to read."""

from __future__ import annotations

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from unfold.decorators import display

from otalink.common.read_only_admin import ReadOnlyAdmin
from otalink.desk.types import Proof
from otalink.postmaster.admin import quarantine
from otalink.postmaster.journal_entry import JournalEntry
from otalink.postmaster.outcome import Outcome

_COLOURS = {
    Outcome.NEW_TICKET: "success",
    Outcome.FOLLOW_UP: "success",
    Outcome.QUARANTINED: "danger",
    Outcome.REJECTED: "warning",
    Outcome.TRY_LATER: "warning",
}
_PROOF_COLOURS = {
    Proof.PROVEN.value: "success",
    Proof.UNPROVEN.value: "warning",
    Proof.DENIED.value: "danger",
    Proof.UNDECIDED.value: "warning",
}


@admin.register(JournalEntry)
class JournalAdmin(ReadOnlyAdmin):
    """To read only; the pages of the quarantine stand below this one's URL."""

    list_display = ("received", "shown_outcome", "sender", "subject", "shown_ticket", "source", "proof")
    list_filter = ("outcome", "source", "received")
    search_fields = ("sender", "recipients", "subject", "message_id", "ticket_number", "reason", "authentication")
    search_help_text = "Sender, recipient, subject, message ID, ticket number or reason"
    date_hierarchy = "received"
    ordering = ("-id",)
    fields = (
        "received",
        "source",
        "sender",
        "recipients",
        "subject",
        "message_id",
        "shown_size",
        "authentication",
        "filters",
        "outcome",
        "reason",
        "shown_ticket",
        "shown_quarantine",
    )

    def get_urls(self) -> list[URLPattern]:
        """The journal's own pages, and those of the quarantine."""
        return [*quarantine.urls(self.admin_site), *super().get_urls()]

    @display(
        description="outcome", ordering="outcome", label={outcome.value: tone for outcome, tone in _COLOURS.items()}
    )
    def shown_outcome(self, entry: JournalEntry) -> str:
        """The outcome in its colour."""
        return entry.outcome

    @display(description="really from", ordering="authentication", label=_PROOF_COLOURS)
    def proof(self, entry: JournalEntry) -> str:
        """Whether the mail is from its author's domain; the entry's page has the single checks."""
        return entry.authentication.partition(":")[0]

    @admin.display(description="size")
    def shown_size(self, entry: JournalEntry) -> str:
        """The size as people read it."""
        return filesizeformat(entry.size)

    @admin.display(description="quarantine")
    def shown_quarantine(self, entry: JournalEntry) -> str:
        """The way to the mail, if it was put into quarantine."""
        if not entry.quarantine_id:
            return ""
        url = reverse("admin:postmaster_quarantine_item", args=[entry.quarantine_id])
        return format_html('<a class="record-link" href="{}">{}</a>', url, entry.quarantine_id)
