"""Which mails were filed, so that none is filed twice."""

from __future__ import annotations

from django.db import models

from otalink.postmaster.accounts.models import MailAccount
from otalink.postmaster.journal_entry import JournalEntry

__all__ = ["Claim", "JournalEntry", "MailAccount"]


class Claim(models.Model):
    """A filed mail by its fingerprint; written in the transaction that files it.

    `ticket_number` is empty for a mail that was refused with an answer. `answered_to` is the author's mailbox, without
    a +tag, where the mail opened a ticket that is answered.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)
    ticket_number = models.CharField(max_length=50)
    answered_to = models.CharField(max_length=255, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["answered_to", "created"], name="claim_answered")]

    def __str__(self) -> str:
        return self.ticket_number
