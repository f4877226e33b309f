"""`900-FollowUpArticleVisibility`, and `SpoofProtection`."""

from __future__ import annotations

import pytest

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.minidesk.models import Article, Queue, Ticket
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import FOLLOW_UP_VISIBILITY
from otalink.sysconfig.setting import InvalidValue
from otalink.tokens.models import Token
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import use

pytestmark = pytest.mark.django_db


def _company() -> str:
    for name, company in (("ann", "acme"), ("bob", "acme"), ("eve", "other")):
        user = CustomerUser(name, f"{name}@customer.example", company, name, name)
        directory.add(user, "CustomerUser")
    return run(mail()).ticket


def _sees(number: str, sender: str) -> bool:
    run(mail(f"by {sender}", sender=sender, subject=f"[Ticket#{number}]"))
    return Article.objects.get(text=f"by {sender}").visible_for_customer


def test_what_a_stranger_writes_is_hidden_and_makes_them_nobody() -> None:
    number = _company()
    assert not _sees(number, "mallory@x.example")
    assert not _sees(number, "bob@customer.example")
    assert _sees(number, "ann@customer.example")
    assert directory.find_by_email("mallory@x.example") == []
    assert not Token.objects.exists()


def test_colleagues_are_shown_where_the_operator_says_so() -> None:
    number = _company()
    store.set_value(FOLLOW_UP_VISIBILITY.name, {**FOLLOW_UP_VISIBILITY.default, "SameCustomerID": True})
    assert _sees(number, "bob@customer.example")
    assert not _sees(number, "eve@customer.example")
    assert not _sees(number, "mallory@x.example")


def test_no_header_of_a_mail_makes_it_visible() -> None:
    number = _company()
    header = "X-OTOBO-FollowUp-IsVisibleForCustomer: 1"
    run(mail("forged", header, sender="mallory@x.example", subject=f"[Ticket#{number}]"), Delivery(trusted=True))
    assert not Article.objects.get(text="forged").visible_for_customer


def test_of_a_trusted_source_only_listed_senders_steer_tickets() -> None:
    Queue.objects.create(name="Sales", email="sales@desk.example", sender_name="Sales")
    use("200-Steer", "SpoofProtection", TrustedSenders=r"^monitor@desk\.example$")
    headers = ("X-OTOBO-Queue: Sales", "X-OTOBO-CustomerUser: victim@x.example")
    monitor = run(mail("Hello", *headers, sender="monitor@desk.example"), Delivery(trusted=True)).ticket
    other = run(mail("Hello", *headers, sender="monitor@desk.example.evil.example"), Delivery(trusted=True)).ticket
    assert Ticket.objects.get(number=monitor).queue.name == "Sales"
    ticket = Ticket.objects.get(number=other)
    assert (ticket.queue.name, ticket.customer_login) == ("Support", "monitor@desk.example.evil.example")


def test_spoof_protection_without_a_pattern_is_not_set() -> None:
    with pytest.raises(InvalidValue, match="TrustedSenders"):
        use("200-Steer", "SpoofProtection")
