"""What every customer user backend must do, whatever it keeps people in."""

from __future__ import annotations

import pytest

from otalink.customers.types import CustomerUser, CustomerUserBackend, CustomerUserExists, CustomerUserUnknown

ANN = CustomerUser("ann@customer.example", "ann@customer.example", "ann@customer.example", "Ann", "Lee", language="de")


class BackendContract:
    """Subclass it with a fixture `backend` that is empty."""

    def test_it_hands_out_whom_it_took(self, backend: CustomerUserBackend) -> None:
        added = backend.add(ANN)
        assert backend.find_by_login("ann@customer.example") == added
        assert backend.find_by_email("ann@customer.example") == [added]
        assert (added.full_name, added.language, added.backend) == ("Ann Lee", "de", backend.name)

    def test_it_knows_nobody_else(self, backend: CustomerUserBackend) -> None:
        backend.add(ANN)
        assert backend.find_by_login("bob@customer.example") is None
        assert backend.find_by_email("") == []

    def test_it_compares_addresses_and_logins_without_case(self, backend: CustomerUserBackend) -> None:
        backend.add(ANN)
        assert backend.find_by_login("Ann@Customer.EXAMPLE") is not None
        assert len(backend.find_by_email("ANN@customer.example")) == 1

    def test_it_treats_special_characters_literally(self, backend: CustomerUserBackend) -> None:
        backend.add(ANN)
        for address in ("%", "_nn@customer.example", "*", "ann@customer.example)(uid=*", "' OR 1=1 --"):
            assert backend.find_by_email(address) == []

    def test_it_refuses_a_login_twice(self, backend: CustomerUserBackend) -> None:
        backend.add(ANN)
        with pytest.raises(CustomerUserExists):
            backend.add(ANN)

    def test_it_finds_invalid_ones_too(self, backend: CustomerUserBackend) -> None:
        backend.add(ANN)
        backend.set_valid(ANN.login, valid=False)
        (found,) = backend.find_by_email(ANN.email)
        assert not found.valid
        backend.set_valid(ANN.login, valid=True)
        assert backend.find_by_email(ANN.email)[0].valid

    def test_it_keeps_preferences_it_was_not_given(self, backend: CustomerUserBackend) -> None:
        backend.add(ANN)
        backend.set_preferences(ANN.login, time_zone="Europe/Vienna")
        found = backend.find_by_login(ANN.login)
        assert found is not None
        assert (found.language, found.time_zone) == ("de", "Europe/Vienna")

    def test_it_says_when_there_is_nobody_to_change(self, backend: CustomerUserBackend) -> None:
        with pytest.raises(CustomerUserUnknown):
            backend.set_valid("nobody", valid=False)
        with pytest.raises(CustomerUserUnknown):
            backend.set_preferences("nobody", language="de")
        with pytest.raises(CustomerUserUnknown):
            backend.delete("nobody")

    def test_it_forgets_whom_it_deletes(self, backend: CustomerUserBackend) -> None:
        backend.add(ANN)
        backend.delete(ANN.login)
        assert backend.find_by_login(ANN.login) is None

    def test_it_forgets_many_at_once_and_says_how_many_were_there(self, backend: CustomerUserBackend) -> None:
        for i in (1, 2, 3):
            backend.add(CustomerUser(f"u{i}@x.example", f"u{i}@x.example", "x", "U", str(i)))
        assert backend.delete_many(["U1@x.example", "u3@x.example", "nobody@x.example"]) == 2
        assert [user.login for user in backend.list()] == ["u2@x.example"]
        assert backend.delete_many([]) == 0

    def test_it_lists_page_by_page_in_order_of_login(self, backend: CustomerUserBackend) -> None:
        for i in (3, 1, 2):
            backend.add(CustomerUser(f"u{i}@x.example", f"u{i}@x.example", "x", "U", str(i)))
        first = backend.list(limit=2)
        assert [user.login for user in first] == ["u1@x.example", "u2@x.example"]
        assert [user.login for user in backend.list(after=first[-1].login)] == ["u3@x.example"]

    def test_it_lets_nobody_in_who_has_no_password(self, backend: CustomerUserBackend) -> None:
        backend.add(ANN)
        assert not backend.check_password(ANN.login, "")
        assert not backend.check_password("nobody", "secret")
