"""Which mails were filed, so that none is filed twice."""

from __future__ import annotations

from django.db import models


class Claim(models.Model):
    """A filed mail by its fingerprint; written in the transaction that files it.

    `ticket_number` is empty for a mail that was refused with an auto-reply. `notified_mailbox` is the author's mailbox,
    without a +tag, where the mail opened a ticket and they are told so.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)
    ticket_number = models.CharField(max_length=50)
    notified_mailbox = models.CharField(max_length=255, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "postmaster"
        indexes = [models.Index(fields=["notified_mailbox", "created"], name="claim_notified")]

    def __str__(self) -> str:
        return self.ticket_number
