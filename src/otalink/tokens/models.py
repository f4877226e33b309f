"""Tokens and their audit trail. A token itself is never stored, only its digest."""

from __future__ import annotations

from django.db import models

from otalink.customers import merging
from otalink.customers.types import CustomerUser


class TokenState(models.TextChoices):
    """`ISSUED`: made, its mail not known to be delivered. `ACTIVE`: delivered. The rest are inactive."""

    ISSUED = "issued"
    ACTIVE = "active"
    REDEEMED = "redeemed"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


# An issued token signs in too: whoever holds it got the mail, whatever the mail server told us.
LIVE_STATES = (TokenState.ISSUED, TokenState.ACTIVE)


class Token(models.Model):
    """A one-time token of one customer user for one ticket."""

    digest = models.CharField(max_length=64, unique=True)
    ticket_number = models.CharField(max_length=50)
    customer_login = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=TokenState.choices, default=TokenState.ISSUED)
    created = models.DateTimeField()
    changed = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ticket_number", "customer_login", "state"], name="token_ticket_customer")]

    def __str__(self) -> str:
        return f"of {self.customer_login} for ticket {self.ticket_number}"


class AuditEvent(models.TextChoices):
    """The steps of a token's life."""

    ISSUED = "issued"
    SENT = "sent"
    OPENED = "opened"
    REDEEMED = "redeemed"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    REFUSED = "refused"
    EXPIRED = "expired"
    PURGED = "purged"


class AuditEntry(models.Model):
    """One step; it outlives the token. `client_ip` is the client's IP address where there was a client."""

    token_id = models.BigIntegerField(db_index=True)
    ticket_number = models.CharField(max_length=50, db_index=True)
    customer_login = models.CharField(max_length=200)
    event = models.CharField(max_length=12, choices=AuditEvent.choices)
    client_ip = models.CharField(max_length=45, blank=True)
    created = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.event}, ticket {self.ticket_number}"


@merging.follower("links")
def _move_links(old: CustomerUser, new: CustomerUser) -> int:
    return Token.objects.filter(customer_login=old.login).update(customer_login=new.login)
