"""What is changed on tickets in OTOBO because of their mail: whose they are, and dynamic fields.

Each is kept until OTOBO has it. Changing something twice to the same value harms nobody, so that one whose outcome is
not known is simply made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from otalink.common import retry
from otalink.desk.port import DeskError
from otalink.desk.types import HistoryType
from otalink.otobo import facts, mirror
from otalink.otobo.models import MirrorEntry, TicketChange
from otalink.otobo.reading import tickets
from otalink.otobo.reading.tickets import OtoboTicket
from otalink.otobo.rest import client

_FIELD = "DynamicField-"
_MOST_AT_ONCE = 20
# A process that was killed while it changed something is missed for so long; longer than any request lasts.
_LEASE = timedelta(seconds=90)
# Failures that an operator is told of: a restart of OTOBO is none.
_TOLD_AFTER = 4

_log = structlog.get_logger("otalink.otobo")


def set_fields(found: OtoboTicket, directives: Mapping[str, str]) -> None:
    """Have the dynamic fields set that directives name, in the caller's transaction."""
    fields = {name[len(_FIELD) :]: value for name, value in directives.items() if name.startswith(_FIELD)}
    if fields:
        _keep(found, fields=fields)


def move(found: OtoboTicket, login: str, customer_id: str, *, answers: bool) -> None:
    """Have a ticket become somebody's, in the caller's transaction; with `answers` they are told of it then."""
    before = found.ticket.customer_login
    _keep(found, customer_login=login, customer_id=customer_id, customer_before=before, answers=answers)


def work_once() -> int:
    """Change what is due; how many were tried.

    Raises:
        DeskUnavailable: OTOBO's database cannot be asked.
    """
    tried = 0
    due = TicketChange.objects.filter(next_try__lte=timezone.now()).order_by("next_try", "pk")
    for change in due[:_MOST_AT_ONCE]:
        mine = TicketChange.objects.filter(pk=change.pk, next_try=change.next_try)
        if mine.update(next_try=timezone.now() + _LEASE):
            tried += 1
            _try(change)
    return tried


def problems() -> list[str]:
    """What OTOBO does not let us change, a line each for an operator."""
    failing = TicketChange.objects.filter(attempts__gte=_TOLD_AFTER).order_by("pk")[:10]
    return [f"ticket {one.ticket_number} cannot be changed in OTOBO: {one.last_error}{_advice(one)}" for one in failing]


def _advice(change: TicketChange) -> str:
    is_denied = facts.ACCESS_DENIED in change.last_error
    return "; the agent of OTALINK_OTOBO_REST_USER needs rw on the group of its queue" if is_denied else ""


def _keep(found: OtoboTicket, **values: Any) -> None:
    now = timezone.now()
    TicketChange.objects.create(
        ticket_id=found.id,
        ticket_number=found.ticket.number,
        ticket_stamp=found.stamp,
        next_try=now,
        created=now,
        **values,
    )


def _try(change: TicketChange) -> None:
    try:
        _make(change)
    except DeskError as error:
        attempts = change.attempts + 1
        TicketChange.objects.filter(pk=change.pk).update(
            attempts=attempts,
            next_try=timezone.now() + retry.REPLIES.delay_after(attempts),
            last_error=str(error)[:500],
        )
        _log.warning("a ticket in OTOBO cannot be changed now", ticket=change.ticket_number, error=str(error))


def _make(change: TicketChange) -> None:
    found = tickets.find_by_id(change.ticket_id)
    if found is None or found.stamp != change.ticket_stamp:
        _log.warning("nothing is changed: the ticket was deleted in OTOBO", ticket=change.ticket_number)
        change.delete()
        return
    now_of = found.ticket.customer_login
    if change.customer_login and now_of not in {change.customer_before, change.customer_login.lower()}:
        # An agent said meanwhile whose it is.
        change.delete()
        return
    body: dict[str, Any] = {}
    if change.customer_login and now_of != change.customer_login.lower():
        body["Ticket"] = {"CustomerUser": change.customer_login, "CustomerID": change.customer_id}
    if change.fields:
        body["DynamicField"] = [{"Name": name, "Value": value} for name, value in sorted(change.fields.items())]
    if body:
        client.update_ticket(change.ticket_id, body)
    _done(change, found.ticket.number)


@transaction.atomic
def _done(change: TicketChange, number: str) -> None:
    deleted, _ = TicketChange.objects.filter(pk=change.pk).delete()
    if deleted and change.answers:
        admitted = MirrorEntry(
            ticket_id=change.ticket_id,
            ticket_number=number,
            type=HistoryType.SENDER_ADMITTED,
            created=timezone.now(),
        )
        mirror.add([admitted])
