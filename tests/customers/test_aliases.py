"""One person, several addresses."""

from __future__ import annotations

import pytest

from otalink.customers import aliases, directory
from otalink.customers.models import SecondaryAddress
from otalink.minidesk.models import Ticket
from otalink.postmaster.intake import run
from tests.customers.ann import WORK
from tests.postmaster.builders import mail
from tests.postmaster.proofs import answering
from tests.support import make
from tests.support.make import ANN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ann_has_two_addresses")]


def test_mail_from_either_address_is_the_same_person_s() -> None:
    for sender in (ANN, "ann@bücher.example", "ANN@xn--bcher-kva.EXAMPLE"):
        number = run(mail(sender=sender)).ticket
        assert Ticket.objects.get(number=number).customer_login == ANN
    assert [user.login for user in directory.everybody()] == [ANN]


def test_a_mail_from_the_further_address_is_seen_on_the_ticket() -> None:
    number = run(mail()).ticket
    run(mail("From work.", answering(number), sender=WORK))
    assert Ticket.objects.get(number=number).articles.filter(visible_for_customer=True).count() == 2


def test_a_similar_address_that_a_careless_database_takes_for_it_is_another() -> None:
    SecondaryAddress.objects.filter(address=WORK).update(address="andre@x.example")
    assert aliases.logins_of("andré@x.example") == []
    assert aliases.logins_of("andre@x.example") == [ANN]


def test_an_international_address_is_found_in_either_spelling() -> None:
    make.customer("cy@Bücher.example")
    assert [user.email for user in directory.find_by_email("CY@bücher.example")] == ["cy@xn--bcher-kva.example"]
    assert directory.find_by_login("cy@bücher.example") == directory.find_by_login("cy@xn--bcher-kva.example")
