"""Finding a person by address for somebody who vouches for them, and making a customer user where there is none."""

from __future__ import annotations

from otalink.customers import directory
from otalink.customers.addresses import is_address, normal
from otalink.customers.names import split_name
from otalink.customers.types import DEFAULT_BACKEND, CustomerUser
from otalink.sysconfig import declarations, store
from otalink.sysconfig.setting import InvalidValue


def invite(address: str) -> CustomerUser:
    """The customer user of an address, made in the backend for new ones if nobody has it. Nobody provisional.

    Raises:
        InvalidValue: no address, or everybody who has it is disabled.
        BackendReadOnly, BackendUnavailable, LookupError
    """
    if not is_address(address):
        raise InvalidValue(f"{address!r} is no e-mail address")
    found = directory.find_by_email(address)
    if found:
        return _first_valid(found)
    backend = str(store.get(declarations.CREATE_CUSTOMER_USER)["CustomerUserBackend"] or DEFAULT_BACKEND)
    login = normal(address)
    first_name, last_name = split_name("", address)
    return directory.add(CustomerUser(login, login, login, first_name, last_name), backend)


def _first_valid(found: list[CustomerUser]) -> CustomerUser:
    user = next((user for user in found if user.valid), None)
    if user is None:
        raise InvalidValue(f"the customer user {found[0].login!r} is disabled")
    return user
