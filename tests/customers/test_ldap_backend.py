"""The LDAP backend keeps the contract of all backends against a real slapd, and its own promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from otalink.customers.backends.ldap import LdapBackend
from otalink.customers.backends.ldap_config import LdapConfig, Validity
from otalink.customers.types import (
    BackendReadOnly,
    BackendUnavailable,
    CustomerUser,
    CustomerUserBackend,
    CustomerUserExists,
    CustomerUserUnknown,
)
from tests.customers.backend_contract import ANN, BackendContract
from tests.support.slapd import PASSWORD, PEOPLE, READER, WRITER, Slapd, slapd

ATTRIBUTES = {
    "login": "uid",
    "email": "mail",
    "customer_id": "o",
    "first_name": "givenName",
    "last_name": "sn",
    "language": "preferredLanguage",
    "time_zone": "roomNumber",
}
ACTIVE = Validity("employeeType", "active", "locked")
LDAP_ANN = replace(ANN, customer_id="ACME")


@pytest.fixture(scope="module")
def server() -> Iterator[Slapd]:
    with slapd() as running:
        yield running


@pytest.fixture(autouse=True)
def _nobody(server: Slapd) -> Iterator[None]:
    yield
    server.forget_people()


@pytest.fixture
def made() -> Iterator[list[LdapBackend]]:
    backends: list[LdapBackend] = []
    yield backends
    for backend in backends:
        backend.close()


@pytest.fixture
def make(server: Slapd, made: list[LdapBackend]) -> Any:
    def backend(**values: Any) -> LdapBackend:
        config = LdapConfig(
            urls=(server.url,),
            base_dn=PEOPLE,
            new_entries_dn=PEOPLE,
            attributes=ATTRIBUTES,
            bind_dn=WRITER,
            bind_password=PASSWORD,
            validity=ACTIVE,
            writable=True,
            connect_timeout=1,
            receive_timeout=1,
        )
        made.append(LdapBackend("CustomerUser1", replace(config, **values)))
        return made[-1]

    return backend


class TestOverPlainLdap(BackendContract):
    @pytest.fixture
    def backend(self, make: Any) -> CustomerUserBackend:
        return make()  # type: ignore[no-any-return]


class TestOverStarttls(BackendContract):
    @pytest.fixture
    def backend(self, make: Any, server: Slapd) -> CustomerUserBackend:
        return make(starttls=True, ca_file=str(server.ca_file))  # type: ignore[no-any-return]


class TestOverTls(BackendContract):
    @pytest.fixture
    def backend(self, make: Any, server: Slapd) -> CustomerUserBackend:
        return make(urls=(server.tls_url,), ca_file=str(server.ca_file), passwords=True, page_size=1)  # type: ignore[no-any-return]


class TestWithADisabledBit(BackendContract):
    @pytest.fixture
    def backend(self, make: Any) -> CustomerUserBackend:
        return make(validity=Validity("employeeNumber", disabled_bit=2))  # type: ignore[no-any-return]
