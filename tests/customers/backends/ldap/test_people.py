"""Passwords that a directory checks, and walks through more people than it shows at once."""

from __future__ import annotations

import pytest

from otalink.customers.types import BackendUnavailable
from tests.support.ldap_backends import Make, found
from tests.support.slapd import PEOPLE, READER, Slapd


class TestPasswords:
    @pytest.fixture(autouse=True)
    def _people(self, server: Slapd) -> None:
        server.add_person("ann", userPassword="pä ss)wörd", employeeType="active")
        server.add_person("bob", userPassword="secret", employeeType="locked")
        server.add_person("eve", employeeType="active")

    def test_the_directory_checks_them(self, make: Make, server: Slapd) -> None:
        for backend in (
            make(passwords=True),
            make(passwords=True, urls=(server.tls_url,), ca_file=str(server.ca_file)),
        ):
            assert backend.check_password("Ann", "pä ss)wörd")
            assert not backend.check_password("ann", "wrong")
            assert not backend.check_password("bob", "secret")
            assert not backend.check_password("eve", "secret")
            assert not backend.check_password("nobody", "secret")

    def test_an_empty_one_lets_nobody_in(self, make: Make) -> None:
        assert not make(passwords=True).check_password("ann", "")

    def test_without_the_setting_nobody_has_one(self, make: Make) -> None:
        backend = make(passwords=False)
        assert not found(backend, "ann").has_password
        assert not backend.check_password("ann", "pä ss)wörd")

    def test_an_attribute_says_who_has_one(self, make: Make) -> None:
        backend = make(passwords=True, password_attribute="userPassword")
        assert {user.login: user.has_password for user in backend.list()} == {"ann": True, "bob": True, "eve": False}
        assert found(make(passwords=True), "eve").has_password


class TestListing:
    def test_it_lists_more_people_than_a_page_of_the_server_holds(self, make: Make, server: Slapd) -> None:
        for number in range(23):
            server.add_person(f"u{number:02}")
        backend, seen, after = make(page_size=4), [], ""
        while page := backend.list(after, limit=5):
            seen += [user.login for user in page]
            after = seen[-1]
        assert seen == [f"u{number:02}" for number in range(23)]

    def test_a_page_of_people_who_have_gone_is_not_the_end(self, make: Make, server: Slapd) -> None:
        for number in range(6):
            server.add_person(f"u{number}")
        backend, other = make(), make()
        assert [user.login for user in backend.list(limit=2)] == ["u0", "u1"]
        other.delete("u2")
        other.delete("u3")
        assert [user.login for user in backend.list("u1", limit=2)] == ["u4", "u5"]

    def test_a_server_that_shows_only_some_is_no_short_list(self, make: Make, server: Slapd) -> None:
        for number in range(6):
            server.add_person(f"u{number}")
        server.add(
            "\n\n".join(
                f"dn: uid=m{n},{PEOPLE}\nobjectClass: inetOrgPerson\ncn: m\nsn: m\nuid: m{n}\nmail: m{n}@x.example"
                for n in range(500)
            )
        )
        with pytest.raises(BackendUnavailable, match="sizeLimitExceeded"):
            make(bind_dn=READER, writable=False).list()
        assert len(make().list(limit=1000)) == 506
