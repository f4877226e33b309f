"""Customer users kept in our own database."""

from __future__ import annotations

from django.db import models

from otalink.customers.types import CustomerUser


class CustomerUserRecord(models.Model):
    """A row per customer user; `login` and `email` are kept in lower case, so an index answers every look-up."""

    backend = models.CharField(max_length=50)
    login = models.CharField(max_length=200)
    email = models.CharField(max_length=200, db_index=True)
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
        return self.login

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
