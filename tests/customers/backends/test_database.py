"""The database backend keeps the contract of all backends, and its own promises."""

from __future__ import annotations

import pytest

from otalink.customers.backends.database import DatabaseBackend
from otalink.customers.types import CustomerUser, CustomerUserExists
from tests.contracts.customer_user_backend import ANN, BackendContract
from tests.support.together import together

pytestmark = pytest.mark.django_db


class TestDatabaseBackend(BackendContract):
    @pytest.fixture
    def backend(self) -> DatabaseBackend:
        return DatabaseBackend("CustomerUser")


def test_it_keeps_named_backends_apart() -> None:
    DatabaseBackend("CustomerUser").add(ANN)
    assert DatabaseBackend("CustomerUser1").find_by_login(ANN.login) is None
    DatabaseBackend("CustomerUser1").add(ANN)


def test_it_checks_passwords_and_takes_them_away() -> None:
    backend = DatabaseBackend("CustomerUser")
    backend.add(ANN)
    backend.set_password(ANN.login, "correct horse")
    assert backend.check_password(ANN.login, "correct horse")
    assert not backend.check_password(ANN.login, "wrong horse")
    assert backend.find_by_login(ANN.login).has_password  # type: ignore[union-attr]
    backend.set_valid(ANN.login, valid=False)
    assert not backend.check_password(ANN.login, "correct horse")
    backend.set_password(ANN.login, "")
    assert not backend.find_by_login(ANN.login).has_password  # type: ignore[union-attr]


def test_it_cuts_names_that_are_too_long() -> None:
    added = DatabaseBackend("CustomerUser").add(CustomerUser("a@x.example", "a@x.example", "x", "A" * 500, "B" * 500))
    assert len(added.first_name) == 150


@pytest.mark.django_db(transaction=True)
def test_it_takes_one_of_two_who_come_at_once() -> None:
    def add(_: int) -> str:
        try:
            DatabaseBackend("CustomerUser").add(ANN)
        except CustomerUserExists:
            return "exists"
        return "added"

    assert sorted(together(2, add)) == ["added", "exists"]
