"""`otalink customer`: further addresses, one person's each."""

from __future__ import annotations

import pytest

from otalink.customers import commands, directory
from otalink.customers.models import SecondaryAddress
from otalink.customers.types import CustomerUserUnknown
from otalink.sysconfig.setting import InvalidValue
from tests.customers.ann import WORK
from tests.support import make
from tests.support.make import ANN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ann_has_two_addresses")]


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


def test_the_addresses_are_shown_and_go_with_the_customer_user() -> None:
    assert commands.show(ANN)["addresses"] == [WORK]
    commands.delete(ANN)
    assert not SecondaryAddress.objects.exists()
