"""What became of a mail: one entry of the journal for each time that a mail was handed in."""

from __future__ import annotations

from django.db import models

from otalink.postmaster.outcome import Outcome

SENDER_LENGTH = 255
TEXT_LENGTH = 500


class JournalEntry(models.Model):
    """Written in the transaction that files the mail; for mail that was not filed, after it.

    `filters` names the pre-filters that changed or stopped the mail, `authentication` is what is known of who sent it,
    `size` is in bytes.
    """

    received = models.DateTimeField(db_index=True)
    source = models.CharField(max_length=120, blank=True)
    sender = models.CharField(max_length=SENDER_LENGTH, blank=True)
    recipients = models.CharField(max_length=TEXT_LENGTH, blank=True)
    subject = models.CharField(max_length=TEXT_LENGTH, blank=True)
    message_id = models.CharField("message ID", max_length=255, blank=True)
    size = models.PositiveBigIntegerField("size in bytes")
    authentication = models.CharField("really from", max_length=TEXT_LENGTH, blank=True)
    filters = models.CharField("filters that acted", max_length=TEXT_LENGTH, blank=True)
    outcome = models.CharField(max_length=30, choices=[(outcome.value, outcome.value) for outcome in Outcome])
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True)
    ticket_number = models.CharField("ticket", max_length=50, blank=True)
    quarantine_id = models.CharField("quarantine ID", max_length=24, blank=True)

    class Meta:
        verbose_name_plural = "journal entries"
        permissions = [
            ("view_quarantine", "Can read quarantined mail"),
            ("change_quarantine", "Can replay and delete quarantined mail"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.subject or self.message_id or self.pk}"
