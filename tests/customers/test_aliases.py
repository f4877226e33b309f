"""One person, several addresses."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.customers import aliases, commands, directory
from otalink.customers.models import SecondaryAddress
from otalink.customers.types import CustomerUserUnknown
from otalink.minidesk.models import Ticket
from otalink.postmaster.intake import run
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import mail
from tests.support import make
from tests.support.make import ANN

pytestmark = pytest.mark.django_db

WORK = "ann@xn--bcher-kva.example"


@pytest.fixture(autouse=True)
def _ann_has_two_addresses() -> None:
    make.customer()
    commands.address_add(ANN, "Ann@Bücher.example")


def test_mail_from_either_address_is_the_same_person_s() -> None:
    for sender in (ANN, "ann@bücher.example", "ANN@xn--bcher-kva.EXAMPLE"):
        number = run(mail(sender=sender)).ticket
        assert Ticket.objects.get(number=number).customer_login == ANN
    assert [user.login for user in directory.everybody()] == [ANN]


def test_a_mail_from_the_further_address_is_seen_on_the_ticket() -> None:
    number = run(mail()).ticket
    run(mail("From work.", sender=WORK, subject=f"Re: [Ticket#{number}]"))
    assert Ticket.objects.get(number=number).articles.filter(visible_for_customer=True).count() == 2


def test_an_address_that_was_taken_away_leads_nowhere() -> None:
    commands.address_remove(ANN, "ann@bücher.example")
    assert directory.find_by_email(WORK) == []
    with pytest.raises(InvalidValue, match="no further address"):
        commands.address_remove(ANN, WORK)
    with pytest.raises(InvalidValue, match="no further address"):
        commands.address_remove(ANN, ANN)


def test_an_address_is_one_person_s() -> None:
    make.customer("bob@x.example")
    for taken in (WORK, ANN, "Bob@x.example"):
        with pytest.raises(InvalidValue, match="is an address of"):
            commands.address_add("bob@x.example", taken)
    with pytest.raises(InvalidValue, match="no e-mail address"):
        commands.address_add("bob@x.example", "nonsense")
    with pytest.raises(CustomerUserUnknown):
        commands.address_add("nobody", "new@x.example")


def test_a_similar_address_that_a_careless_database_takes_for_it_is_another() -> None:
    SecondaryAddress.objects.filter(address=WORK).update(address="andre@x.example")
    assert aliases.logins_of("andré@x.example") == []
    assert aliases.logins_of("andre@x.example") == [ANN]


def test_the_addresses_are_shown_and_go_with_the_customer_user() -> None:
    assert commands.show(ANN)["addresses"] == [WORK]
    commands.delete(ANN)
    assert not SecondaryAddress.objects.exists()


def test_an_international_address_is_found_in_either_spelling() -> None:
    make.customer("cy@Bücher.example")
    assert [user.email for user in directory.find_by_email("CY@bücher.example")] == ["cy@xn--bcher-kva.example"]
    assert directory.find_by_login("cy@bücher.example") == directory.find_by_login("cy@xn--bcher-kva.example")


def test_an_operator_adds_an_address_in_the_admin_and_mistakes_are_said(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    url = "/admin/customers/secondaryaddress/add/"
    assert "is an address of" in client.post(url, {"login": ANN, "address": WORK}).content.decode()
    assert "no such customer user" in client.post(url, {"login": "nobody", "address": "a@x.example"}).content.decode()
    assert client.post(url, {"login": ANN, "address": "Ann@Home.Example"}).status_code == 302
    assert aliases.addresses_of(ANN) == [WORK, "ann@home.example"]
