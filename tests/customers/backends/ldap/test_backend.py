"""The LDAP backend keeps the contract of all backends against a real slapd, and its own promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from otalink.customers.backends.ldap.backend import LdapBackend
from otalink.customers.backends.ldap.config import Validity
from otalink.customers.types import (
    BackendReadOnly,
    CustomerUser,
    CustomerUserBackend,
    CustomerUserExists,
    CustomerUserUnknown,
)
from tests.contracts.customer_user_backend import ANN, BackendContract
from tests.support.ldap_backends import ATTRIBUTES, Make, found
from tests.support.slapd import PEOPLE, READER, Slapd

LDAP_ANN = replace(ANN, customer_id="ACME")


@pytest.fixture
def asking(make: Make, server: Slapd) -> LdapBackend:
    server.add_person("ann")
    return make()


class TestOverPlainLdap(BackendContract):
    @pytest.fixture
    def backend(self, make: Make) -> CustomerUserBackend:
        return make()


class TestOverStarttls(BackendContract):
    @pytest.fixture
    def backend(self, make: Make, server: Slapd) -> CustomerUserBackend:
        return make(starttls=True, ca_file=str(server.ca_file))


class TestOverTls(BackendContract):
    @pytest.fixture
    def backend(self, make: Make, server: Slapd) -> CustomerUserBackend:
        return make(urls=(server.tls_url,), ca_file=str(server.ca_file), passwords=True, page_size=1)


class TestWithADisabledBit(BackendContract):
    @pytest.fixture
    def backend(self, make: Make) -> CustomerUserBackend:
        return make(validity=Validity("employeeNumber", disabled_bit=2))


def test_it_reads_what_the_directory_keeps(make: Make, server: Slapd) -> None:
    server.add_person(
        "ann",
        mail=["Ann@Customer.example", "lee@customer.example"],
        givenName="Ann",
        sn="Lée",
        o="ACME",
        preferredLanguage="de",
        employeeType="active",
    )
    expected = CustomerUser(
        "ann", "ann@customer.example", "ACME", "Ann", "Lée", valid=True, language="de", backend="CustomerUser1"
    )
    assert make().find_by_login("ANN") == expected
    assert make().find_by_email("ann@customer.example") == [expected]


def test_it_finds_somebody_by_each_of_their_addresses(make: Make, server: Slapd) -> None:
    server.add_person("ann", mail=["ann@customer.example", "Lee@customer.example"])
    people = make().find_by_email("LEE@customer.example")
    assert [(user.login, user.email) for user in people] == [("ann", "lee@customer.example")]
    assert found(make(), "ann").email == "ann@customer.example"


def test_it_takes_the_first_of_the_languages_that_somebody_prefers(make: Make, server: Slapd) -> None:
    server.add_person("ann", preferredLanguage="de-AT, en-gb;q=0.8, en;q=0.7")
    assert found(make(), "ann").language == "de-AT"


def test_an_attribute_that_two_fields_share_holds_the_login(make: Make) -> None:
    attributes = {**ATTRIBUTES, "login": "CN", "email": "mail", "customer_id": "Mail"}
    added = make(attributes=attributes).add(LDAP_ANN)
    assert (added.login, added.email, added.customer_id) == (ANN.login, ANN.email, ANN.email)


def test_somebody_without_an_address_is_no_customer_user(make: Make, server: Slapd) -> None:
    server.add_person("ann")
    server.set("ann", mail=[])
    assert make().find_by_login("ann") is None
    assert make().list() == []


def test_only_entries_of_the_filter_are_customer_users(make: Make, server: Slapd) -> None:
    server.add_person("ann", o="ACME")
    server.add_person("bob", o="Other")
    assert [user.login for user in make(filter="(o=ACME)").list()] == ["ann"]
    assert make(filter="(|(o=ACME)(o=Else))").find_by_login("bob") is None


def test_it_takes_nobody_for_somebody_whom_the_directory_compares_loosely(make: Make, server: Slapd) -> None:
    server.add_person("ann lee")
    assert make().find_by_login("ann  lee") is None
    assert make().find_by_login("ann lee") is not None


def test_it_keeps_characters_that_have_a_meaning_in_names_and_filters(make: Make) -> None:
    login = 'o\'neil+x="a",b\\c*()#;<>@customer.example'
    backend = make()
    added = backend.add(replace(LDAP_ANN, login=login))
    assert backend.find_by_login(login) == added
    backend.delete(login)
    assert backend.find_by_login(login) is None


@given(st.text())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_means_anything_in_a_filter(asking: LdapBackend, text: str) -> None:
    assume("ann" not in text.lower())
    assert asking.find_by_login(text) is None
    assert asking.find_by_email(text) == []


def test_a_person_without_a_last_name_has_none_afterwards(make: Make) -> None:
    assert make().add(replace(LDAP_ANN, last_name="")).full_name == "Ann"


def test_the_values_of_the_attribute_decide_who_may_come_in(make: Make, server: Slapd) -> None:
    server.add_person("ann", employeeType="ACTIVE", employeeNumber="512")
    server.add_person("bob", employeeType="locked", employeeNumber="514")
    server.add_person("eve")

    def valid(validity: Validity) -> set[str]:
        return {user.login for user in make(validity=validity).list() if user.valid}

    assert valid(Validity("employeeType", valid_value="active")) == {"ann"}
    assert valid(Validity("employeeType", invalid_value="Locked")) == {"ann", "eve"}
    assert valid(Validity("employeeNumber", disabled_bit=2)) == {"ann", "eve"}
    assert valid(Validity()) == {"ann", "bob", "eve"}


def test_disabling_leaves_the_other_bits_alone(make: Make, server: Slapd) -> None:
    server.add_person("ann", employeeNumber="66048")
    backend = make(
        validity=Validity("employeeNumber", disabled_bit=2), attributes={**ATTRIBUTES, "language": "employeeNumber"}
    )
    backend.set_valid("ann", valid=False)
    assert found(backend, "ann").language == "66050"
    backend.set_valid("ann", valid=True)
    assert found(backend, "ann").language == "66048"


def test_a_read_only_backend_changes_nothing(make: Make, server: Slapd) -> None:
    server.add_person("ann", employeeType="active")
    backend = make(writable=False, bind_dn=READER)
    changes: tuple[Callable[[], object], ...] = (
        lambda: backend.add(LDAP_ANN),
        lambda: backend.set_valid("ann", valid=False),
        lambda: backend.set_preferences("ann", language="de"),
        lambda: backend.delete("ann"),
    )
    for change in changes:
        with pytest.raises(BackendReadOnly):
            change()
    assert [(user.login, user.valid, user.language) for user in backend.list()] == [("ann", True, "")]


def test_a_server_that_takes_no_changes_makes_it_read_only(make: Make, server: Slapd) -> None:
    server.add_person("ann", employeeType="active")
    backend = make(bind_dn=READER)
    with pytest.raises(BackendReadOnly, match="insufficientAccessRights"):
        backend.add(LDAP_ANN)
    with pytest.raises(BackendReadOnly, match="insufficientAccessRights"):
        backend.set_valid("ann", valid=False)
    with pytest.raises(BackendReadOnly, match="insufficientAccessRights"):
        backend.delete("ann")


def test_an_address_the_directory_cannot_hold_is_refused_with_its_reason(make: Make) -> None:
    with pytest.raises(BackendReadOnly, match="invalidAttributeSyntax"):
        make().add(replace(LDAP_ANN, email="ann@bücher.example"))


def test_what_has_no_attribute_cannot_be_set(make: Make, server: Slapd) -> None:
    server.add_person("ann")
    with pytest.raises(BackendReadOnly, match="time_zone"):
        make(attributes={**ATTRIBUTES, "time_zone": ""}).set_preferences("ann", time_zone="Europe/Vienna")
    with pytest.raises(BackendReadOnly, match="valid_attribute"):
        make(validity=Validity()).set_valid("ann", valid=False)


def test_it_refuses_a_login_that_is_kept_elsewhere_below_the_base(make: Make, server: Slapd) -> None:
    server.add(f"dn: ou=gone,{PEOPLE}\nobjectClass: organizationalUnit\nou: gone")
    server.add(
        f"dn: cn=ann,ou=gone,{PEOPLE}\nobjectClass: inetOrgPerson\nuid: ann\ncn: ann\nsn: Lee\nmail: a@x.example"
    )
    with pytest.raises(CustomerUserExists):
        make().add(replace(LDAP_ANN, login="ann"))


def test_an_entry_that_goes_while_it_is_changed_is_unknown(make: Make, server: Slapd) -> None:
    backend = make()
    with pytest.raises(CustomerUserUnknown):
        backend._directory.delete(f"uid=nobody,{PEOPLE}")
