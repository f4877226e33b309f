"""Customer users kept in our own database, and what we know of anybody's customer users, whichever backend has them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from otalink.customers.types import CustomerUser
from otalink.sysconfig import named


class CustomerUserRecord(models.Model):
    """A row per customer user; `login` and `email` are kept in normal form, so an index answers every look-up."""

    backend = models.CharField(max_length=50)
    login = models.CharField(max_length=200)
    email = models.CharField("e-mail address", max_length=200, db_index=True)
    customer_id = models.CharField("customer ID", max_length=200)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    valid = models.BooleanField(default=True)
    language = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    password = models.CharField(max_length=128, blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "customer user"
        constraints = [models.UniqueConstraint(fields=["backend", "login"], name="customer_user_login")]

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}".strip()
        return f"{name} ({self.login})" if name else self.login

    def to_customer_user(self) -> CustomerUser:
        """The row as the rest of the product sees it."""
        return CustomerUser(
            login=self.login,
            email=self.email,
            customer_id=self.customer_id,
            first_name=self.first_name,
            last_name=self.last_name,
            valid=self.valid,
            language=self.language,
            time_zone=self.time_zone,
            has_password=bool(self.password),
            backend=self.backend,
        )


class ProvisionalCustomerUser(models.Model):
    """A customer user whom a mail made. Provisional while `confirmed` is empty; the limits count these rows.

    `mailbox` is the address without its `+tag`. `proven` is whether the mail that made them was proven, or they have
    shown since that they read that mailbox. Whoever has no row here is nobody whom a mail made, or both.
    """

    login = models.CharField(max_length=200, unique=True)
    mailbox = models.CharField(max_length=200)
    domain = models.CharField(max_length=200)
    created = models.DateTimeField(db_index=True)
    confirmed = models.DateTimeField(null=True, blank=True)
    proven = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["mailbox", "created"], name="arrival_mailbox"),
            models.Index(fields=["domain", "created"], name="arrival_domain"),
        ]

    def __str__(self) -> str:
        return self.login


class PendingSender(models.Model):
    """Somebody whose ticket was made while the limits were reached: an agent decides whether they get an account."""

    ticket_number = models.CharField(max_length=50, unique=True)
    address = models.CharField(max_length=200, db_index=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=12, blank=True)
    backend = models.CharField(max_length=50)
    reason = models.CharField(max_length=200)
    created = models.DateTimeField()

    class Meta:
        verbose_name = "pending sender"

    def __str__(self) -> str:
        return f"{self.address} ({self.ticket_number})"


class SecondaryAddress(models.Model):
    """A further address of a customer user, in normal form; mail from it is theirs, mail to them goes to their own."""

    address = models.CharField(max_length=200, unique=True)
    login = models.CharField(max_length=200, db_index=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "further address"
        verbose_name_plural = "further addresses"

    def __str__(self) -> str:
        return self.address


class MergedLogin(models.Model):
    """A customer user who was merged into another: the record of it, and what makes the old login lead there."""

    login = models.CharField(max_length=200, unique=True)
    into = models.CharField(max_length=200, db_index=True)
    moved = models.JSONField(default=dict)
    by = models.CharField(max_length=150, blank=True)
    created = models.DateTimeField()

    class Meta:
        verbose_name = "merged customer user"

    def __str__(self) -> str:
        return f"{self.login} \u2192 {self.into}"


named.register(named.Kind.BACKEND, lambda: settings.OTALINK_CUSTOMER_BACKENDS)
