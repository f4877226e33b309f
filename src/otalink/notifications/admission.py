"""Letting somebody in: by an agent's decision, or because an agent answered them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from otalink.customers import pending, provisional
from otalink.customers.types import CustomerUser
from otalink.desk.current import get_desk


@transaction.atomic
def admit(ticket_number: str) -> CustomerUser:
    """Make the sender who waits on a ticket a customer user, and have each of their waiting tickets answered.

    Raises:
        CustomerUserUnknown: nobody waits on that ticket.
        BackendReadOnly, BackendUnavailable, TicketNotFound, DeskUnavailable
    """
    admission = pending.admit(ticket_number)
    for number in admission.tickets:
        get_desk().record_admission(number)
    return admission.customer


def agents_replied(readers: Mapping[str, tuple[str, ...]]) -> None:
    """Agents replied on these tickets (`Desk.readers`): their people are no longer provisional, nobody waits there.

    Raises:
        BackendUnavailable
    """
    if not readers:
        return
    provisional.confirm({login for logins in readers.values() for login in logins})
    for number in pending.waiting(readers):
        for other in set(pending.admit(number).tickets) - set(readers):
            get_desk().record_admission(other)
