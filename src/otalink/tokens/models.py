"""Tokens, their audit trail, and who gets in by code alone. Neither token nor code is stored, only what proves it."""

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
    REPORTED = "reported"  # "this was not me": the button is dead, the code is not


# An issued token signs in too: whoever holds it got the mail, whatever the mail server told us.
LIVE_STATES = (TokenState.ISSUED, TokenState.ACTIVE)


class Token(models.Model):
    """A one-time token of one customer user for one ticket, and the code that goes with it in the same mail.

    `code` is the code's keyed hash; empty once it was used or ended, and where there never was one. `code_tries` is
    how often somebody typed one.
    """

    digest = models.CharField(max_length=64, unique=True)
    ticket_number = models.CharField(max_length=50)
    customer_login = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=TokenState.choices, default=TokenState.ISSUED)
    code = models.CharField(max_length=64, blank=True, default="")
    code_tries = models.PositiveSmallIntegerField(default=0)
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
    CODE_TYPED = "code typed"
    WRONG_CODE = "wrong code"
    NOT_ME = "not me"
    NOT_MAILED = "not mailed", "new link not mailed"
    CODE_ONLY = "code only", "switched to code only"
    BUTTON_AGAIN = "button again", "switched back to the button"


class AuditEntry(models.Model):
    """One step; it outlives the token. `client_ip` is the client's IP address where there was a client.

    `note` says which recipients a switch is about; one that an operator made has no token, ticket and customer user.
    """

    token_id = models.BigIntegerField(db_index=True)
    ticket_number = models.CharField(max_length=50, db_index=True)
    customer_login = models.CharField(max_length=200)
    event = models.CharField(max_length=12, choices=AuditEvent.choices)
    client_ip = models.CharField(max_length=45, blank=True)
    note = models.CharField(max_length=254, blank=True, default="")
    created = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.event}, ticket {self.ticket_number}"


class RecipientProfile(models.Model):
    """A domain, or a mailbox of a domain that everybody uses, at which machines press the buttons in mail.

    `pressed` is when a code last ended a session that a button had started; `switched` is since when these recipients
    get in by code alone, empty while one press is no proof.
    """

    recipient = models.CharField("domain or address", max_length=254, primary_key=True)
    pressed = models.DateTimeField("last press by a machine")
    switched = models.DateTimeField("code only since", null=True, blank=True)

    class Meta:
        verbose_name = "recipient by code"
        verbose_name_plural = "recipients by code"

    def __str__(self) -> str:
        return self.recipient


@merging.follower("links")
def _move_links(old: CustomerUser, new: CustomerUser) -> int:
    return Token.objects.filter(customer_login=old.login).update(customer_login=new.login)
