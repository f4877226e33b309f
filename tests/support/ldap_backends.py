"""LDAP backends over a test's slapd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from otalink.customers.backends.ldap.backend import LdapBackend
from otalink.customers.backends.ldap.config import LdapConfig, Validity
from otalink.customers.types import CustomerUser
from tests.support.slapd import PASSWORD, PEOPLE, WRITER, Slapd

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

Make = Callable[..., LdapBackend]


@contextmanager
def backends_on(server: Slapd) -> Iterator[Make]:
    """Makes backends that write, unless told otherwise; afterwards they are closed and the directory is empty."""
    made: list[LdapBackend] = []

    def make(**values: Any) -> LdapBackend:
        config = LdapConfig(
            urls=(server.url,),
            base_dn=PEOPLE,
            new_entries_dn=PEOPLE,
            attributes=ATTRIBUTES,
            bind_dn=WRITER,
            bind_password=PASSWORD,
            validity=ACTIVE,
            writable=True,
            connect_timeout=2,
            receive_timeout=5,
        )
        made.append(LdapBackend("CustomerUser1", replace(config, **values)))
        return made[-1]

    try:
        yield make
    finally:
        for backend in made:
            backend.close()
        server.forget_people()


def found(backend: LdapBackend, login: str) -> CustomerUser:
    """The customer user of that login, who must be there."""
    user = backend.find_by_login(login)
    assert user is not None
    return user
