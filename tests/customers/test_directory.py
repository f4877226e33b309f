"""The directory asks the named backends in their order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from otalink.customers import directory
from otalink.customers.types import CustomerUser, CustomerUserUnknown

pytestmark = pytest.mark.django_db
DATABASE = "otalink.customers.backends.database.DatabaseBackend"


@pytest.fixture(autouse=True)
def _two_backends(settings: Settings) -> Iterator[None]:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": DATABASE, "CustomerUser1": DATABASE}
    directory.backends.cache_clear()
    yield
    directory.backends.cache_clear()


def person(login: str, name: str = "Ann") -> CustomerUser:
    return CustomerUser(login, "ann@x.example", "x", name, "Lee")


def test_it_finds_everybody_with_an_address_over_all_backends_in_order() -> None:
    directory.add(person("second"), "CustomerUser1")
    directory.add(person("first"), "CustomerUser")
    assert [user.login for user in directory.find_by_email("ann@x.example")] == ["first", "second"]


def test_the_first_backend_wins_where_both_have_a_login() -> None:
    directory.add(person("ann", "Late"), "CustomerUser1")
    directory.add(person("ann", "Early"), "CustomerUser")
    found = directory.find_by_login("ann")
    assert found is not None
    assert found.first_name == "Early"


def test_it_lets_only_valid_ones_in() -> None:
    directory.add(person("ann"), "CustomerUser1")
    assert directory.find_valid("ann") is not None
    directory.backend_of("ann").set_valid("ann", valid=False)
    assert directory.find_valid("ann") is None


def test_it_refuses_a_backend_that_is_not_configured() -> None:
    with pytest.raises(LookupError, match="CustomerUser9"):
        directory.add(person("ann"), "CustomerUser9")


def test_it_says_when_no_backend_keeps_somebody() -> None:
    with pytest.raises(CustomerUserUnknown):
        directory.backend_of("nobody")


def test_it_lists_everybody_of_all_backends() -> None:
    for number in range(5):
        directory.add(person(f"a{number}"), "CustomerUser")
        directory.add(person(f"b{number}"), "CustomerUser1")
    assert [user.login for user in directory.everybody()] == [f"{b}{n}" for b in "ab" for n in range(5)]


def test_it_finds_an_address_whose_dots_need_quotes_with_quotes_and_without() -> None:
    directory.add(CustomerUser("odd", "ann..lee@x.example", "x", "Ann", "Lee"), "CustomerUser")
    for written in ("ann..lee@x.example", '"Ann..Lee"@x.example'):
        assert [user.login for user in directory.find_by_email(written)] == ["odd"]
