"""Which customer user wrote a mail."""

from __future__ import annotations

import pytest

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.minidesk.models import Article, Ticket
from otalink.postmaster.intake import run
from tests.postmaster.builders import mail
from tests.postmaster.proofs import answering

pytestmark = pytest.mark.django_db


def test_a_customer_user_is_known_by_their_address_whatever_their_login() -> None:
    directory.add(CustomerUser("ann-lee", "ann@customer.example", "acme", "Ann", "Lee"), "CustomerUser")
    number = run(mail()).ticket
    assert Ticket.objects.get().customer_login == "ann-lee"
    run(mail("More", answering(number, "ann-lee"), sender="ANN@CUSTOMER.example"))
    assert Article.objects.get(text="More").visible_for_customer
