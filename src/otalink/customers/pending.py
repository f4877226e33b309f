"""Senders who wait for an agent: their ticket is there, their account and the answer to them are not yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from otalink.customers import directory
from otalink.customers.models import HeldSender
from otalink.customers.types import CustomerUser, CustomerUserUnknown

_log = structlog.get_logger("otalink.customers")


@dataclass(frozen=True)
class Admission:
    """A sender who was let in, and every ticket of theirs that waited for it."""

    customer: CustomerUser
    tickets: tuple[str, ...]


def hold(ticket_number: str, user: CustomerUser, reason: str) -> None:
    """Keep who wrote a ticket until an agent decides; `user` is who they would become."""
    HeldSender.objects.create(
        ticket_number=ticket_number,
        address=user.email,
        first_name=user.first_name[:150],
        last_name=user.last_name[:150],
        language=user.language,
        backend=user.backend,
        reason=reason[:200],
        created=timezone.now(),
    )
    _log.warning("a sender waits for an agent", ticket=ticket_number, reason=reason)


def find(ticket_number: str) -> HeldSender | None:
    """Who waits on that ticket."""
    return HeldSender.objects.filter(ticket_number=ticket_number).first()


def on_ticket(number: str | OuterRef) -> QuerySet[HeldSender]:
    """Who waits on a ticket, as part of a query for tickets."""
    return HeldSender.objects.filter(ticket_number=number)


def waiting(ticket_numbers: Collection[str]) -> list[str]:
    """On which of these tickets somebody waits, one ticket for each of them."""
    rows = HeldSender.objects.filter(ticket_number__in=ticket_numbers).order_by("pk")
    return list(dict(rows.values_list("address", "ticket_number")).values())


@transaction.atomic
def admit(ticket_number: str) -> Admission:
    """Make the sender of a ticket a customer user, for all the tickets on which they wait.

    Raises:
        CustomerUserUnknown: nobody waits on that ticket.
        BackendReadOnly, BackendUnavailable, LookupError
    """
    held = HeldSender.objects.select_for_update().filter(ticket_number=ticket_number).first()
    if held is None:
        raise CustomerUserUnknown(f"nobody waits on ticket {ticket_number!r}")
    known = next(iter(directory.find_by_email(held.address)), None)
    customer = known or directory.add(_customer(held), held.backend)
    waiting = HeldSender.objects.filter(address=held.address)
    numbers = tuple(waiting.order_by("pk").values_list("ticket_number", flat=True))
    waiting.delete()
    return Admission(customer, numbers)


def _customer(held: HeldSender) -> CustomerUser:
    name = (held.first_name, held.last_name)
    return CustomerUser(held.address, held.address, held.address, *name, language=held.language)
