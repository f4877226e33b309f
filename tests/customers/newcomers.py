"""Mail of people whom nobody knows yet, under limits."""

from __future__ import annotations

from otalink.customers.models import CustomerUserRecord
from otalink.postmaster.intake import Outcome, Result, run
from otalink.sysconfig import declarations, store
from tests.postmaster.builders import mail


def limit(*, hour: int = 0, domain: int = 0, mailbox: int = 0) -> None:
    """The limits on new customer users within an hour; 0 is none."""
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_HOUR.name, hour)
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_DOMAIN.name, domain)
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_MAILBOX.name, mailbox)


def write(*senders: str) -> list[Result]:
    """Take in a mail of each of these senders."""
    results = [run(mail(sender=sender)) for sender in senders]
    assert {result.outcome for result in results} == {Outcome.NEW_TICKET}
    return results


def logins() -> list[str]:
    """Who is a customer user now."""
    return list(CustomerUserRecord.objects.order_by("login").values_list("login", flat=True))
