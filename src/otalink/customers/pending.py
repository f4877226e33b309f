"""Senders who wait for an agent: their ticket is there, their account and the answer to them are not yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from otalink.customers import directory
from otalink.customers.models import PendingSender
from otalink.customers.types import CustomerUser, CustomerUserUnknown

_log = structlog.get_logger("otalink.customers")


@dataclass(frozen=True)
class Admission:
    """A sender who was let in, whether that made them a customer user, and each ticket of theirs that waited for it."""

    customer: CustomerUser
    is_new: bool
    tickets: tuple[str, ...]


def add(ticket_number: str, user: CustomerUser, reason: str) -> None:
    """Keep who wrote a ticket until an agent decides; `user` is who they would become."""
    PendingSender.objects.create(
        ticket_number=ticket_number,
        address=user.email,
        first_name=user.first_name[:150],
        last_name=user.last_name[:150],
        language=user.language,
        backend=user.backend,
        reason=reason[:200],
        created=timezone.now(),
    )
    _log.warning("sender pending", ticket=ticket_number, reason=reason)


def find(ticket_number: str) -> PendingSender | None:
    """Who waits on that ticket."""
    return PendingSender.objects.filter(ticket_number=ticket_number).first()


def numbers() -> list[str]:
    """The numbers of all tickets on which somebody waits."""
    return list(PendingSender.objects.order_by("pk").values_list("ticket_number", flat=True))


def forget(ticket_numbers: Collection[str]) -> int:
    """Nobody waits on these tickets any more, as where they are gone; how many did."""
    return PendingSender.objects.filter(ticket_number__in=ticket_numbers).delete()[0]


def on_ticket(number: str | OuterRef) -> QuerySet[PendingSender]:
    """Who waits on a ticket, as part of a query for tickets."""
    return PendingSender.objects.filter(ticket_number=number)


def waiting(ticket_numbers: Collection[str]) -> list[str]:
    """On which of these tickets somebody waits, one ticket for each of them."""
    rows = PendingSender.objects.filter(ticket_number__in=ticket_numbers).order_by("pk")
    return list(dict(rows.values_list("address", "ticket_number")).values())


@transaction.atomic
def admit(ticket_number: str) -> Admission:
    """Make the sender of a ticket a customer user, for all the tickets on which they wait.

    Raises:
        CustomerUserUnknown: nobody waits on that ticket.
        BackendReadOnly, BackendUnavailable, LookupError
    """
    pending = PendingSender.objects.select_for_update().filter(ticket_number=ticket_number).first()
    if pending is None:
        raise CustomerUserUnknown(f"nobody waits on ticket {ticket_number!r}")
    known = next(iter(directory.find_by_email(pending.address)), None)
    customer = known or directory.add(_customer(pending), pending.backend)
    waiting = PendingSender.objects.filter(address=pending.address)
    numbers = tuple(waiting.order_by("pk").values_list("ticket_number", flat=True))
    waiting.delete()
    return Admission(customer, known is None, numbers)


def _customer(pending: PendingSender) -> CustomerUser:
    name = (pending.first_name, pending.last_name)
    return CustomerUser(pending.address, pending.address, pending.address, *name, language=pending.language)
