"""Letting somebody in: whom an agent names, the sender who waits on a ticket, and whoever an agent answered."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from otalink.customers import directory, pending, provisional
from otalink.customers.addresses import is_address, normal
from otalink.customers.names import split_name
from otalink.customers.types import DEFAULT_BACKEND, CustomerUser
from otalink.desk.current import get_desk
from otalink.sysconfig import declarations, store
from otalink.sysconfig.setting import InvalidValue


def invite(address: str) -> CustomerUser:
    """The customer user of an address, made in the backend for new ones if nobody has it. Nobody provisional.

    An address that an agent writes is proven; that of somebody whom a mail made stays what it is, since so does the
    name that the mail gave them.

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


@transaction.atomic
def admit(ticket_number: str) -> CustomerUser:
    """Make the sender who waits on a ticket a customer user, and have each of their waiting tickets answered.

    Raises:
        CustomerUserUnknown: nobody waits on that ticket.
        BackendReadOnly, BackendUnavailable, LookupError, TicketNotFound, DeskUnavailable
    """
    admission = pending.admit(ticket_number)
    # An agent says that they are who they say.
    provisional.confirm([admission.customer.login])
    for number in admission.tickets:
        get_desk().record_admission(number)
    return admission.customer


def agents_replied(readers: Mapping[str, tuple[str, ...]]) -> None:
    """Agents replied on these tickets (`Desk.readers`): their people are no longer provisional, nobody waits there.

    A reply goes to the address that the mail named, and says nothing about whether it was theirs: that stays unproven.

    Raises:
        BackendReadOnly, BackendUnavailable, LookupError, TicketNotFound, DeskUnavailable
    """
    if not readers:
        return
    provisional.keep({login for logins in readers.values() for login in logins})
    for number in pending.waiting(readers):
        let_in = pending.admit(number)
        if let_in.is_new:
            provisional.record(let_in.customer.login, let_in.customer.email, counts=False)
            provisional.keep([let_in.customer.login])
        for other in set(let_in.tickets) - set(readers):
            get_desk().record_admission(other)
