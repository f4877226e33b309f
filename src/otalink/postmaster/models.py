"""Which mails were filed, so that none is filed twice."""

from __future__ import annotations

from django.db import models


class Claim(models.Model):
    """A filed mail by its fingerprint; written in the transaction that files it."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    ticket_number = models.CharField(max_length=50)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.ticket_number
