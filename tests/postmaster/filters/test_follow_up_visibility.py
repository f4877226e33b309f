"""`900-FollowUpArticleVisibility`: who sees what somebody else writes."""

from __future__ import annotations

import pytest

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.minidesk.models import Article
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import FOLLOW_UP_VISIBILITY
from otalink.tokens.models import Token
from tests.postmaster.builders import mail
from tests.postmaster.proofs import proven, trust_our_server

pytestmark = pytest.mark.django_db


def _company() -> str:
    trust_our_server()
    for name, company in (("ann", "acme"), ("bob", "acme"), ("eve", "other")):
        user = CustomerUser(name, f"{name}@customer.example", company, name, name)
        directory.add(user, "CustomerUser")
    return run(mail()).ticket


def _sees(number: str, sender: str, *, is_proven: bool = True) -> bool:
    raw = mail(f"by {sender}", sender=sender, subject=f"[Ticket#{number}]")
    run(proven(raw, sender.partition("@")[2]) if is_proven else raw)
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
    assert not _sees(number, "bob@customer.example", is_proven=False)
    Article.objects.filter(text="by bob@customer.example").delete()
    assert _sees(number, "bob@customer.example")
    assert not _sees(number, "eve@customer.example")
    assert not _sees(number, "mallory@x.example")


def test_no_header_of_a_mail_makes_it_visible() -> None:
    number = _company()
    header = "X-OTOBO-FollowUp-IsVisibleForCustomer: 1"
    run(mail("forged", header, sender="mallory@x.example", subject=f"[Ticket#{number}]"), Delivery(trusted=True))
    assert not Article.objects.get(text="forged").visible_for_customer
