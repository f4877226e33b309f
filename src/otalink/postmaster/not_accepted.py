"""What a mail, a filter or a mail account named that the desk has not: the ticket is filed without it.

A mistake in the configuration must not stop mail. It is noted on the ticket and in the journal, and kept here for
`otalink check`, until it is mended or nothing names it any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from django.db import models
from django.utils import timezone

from otalink.desk.current import get_mail_desk
from otalink.desk.port import NotAccepted
from otalink.desk.types import ArticleDraft, Routing, Ticket
from otalink.sysconfig import named
from otalink.sysconfig.named import Kind

_TOLD_FOR = timedelta(days=7)
# Each mail may name it: writing each time would make intakes wait for one another.
_WRITTEN_EVERY = timedelta(hours=1)
_LENGTH = 200
_INSTEAD = {Kind.QUEUE: "filed in {queue}", Kind.STATE: "filed as {state}", Kind.PRIORITY: "filed as {priority}"}

log = structlog.get_logger(__name__)


class NotAcceptedName(models.Model):
    """A name that was not there, or did not take a value, when a mail was filed; `seen` is when it was, lately."""

    text = models.CharField(max_length=_LENGTH, primary_key=True)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=_LENGTH)
    seen = models.DateTimeField()

    class Meta:
        app_label = "postmaster"

    def __str__(self) -> str:
        return self.text


def create_ticket(draft: ArticleDraft, routing: Routing) -> tuple[Ticket, str]:
    """File as a new ticket, without what the desk does not accept; says what that was, empty where nothing.

    Raises:
        DeskError
    """
    refused: list[NotAccepted] = []
    while True:
        try:
            ticket = get_mail_desk().create_ticket(draft, routing)
            break
        except NotAccepted as error:
            without = _without(routing, error)
            if without == routing:
                raise
            refused.append(error)
            routing = without
    return ticket, _noted(ticket, refused)


def lines() -> Iterator[str]:
    """What mail of the last days named that is still not there, a line each, for an operator.

    Raises:
        django.db.Error
    """
    for row in NotAcceptedName.objects.filter(seen__gt=timezone.now() - _TOLD_FOR).order_by("text"):
        known = named.existing(Kind(row.kind)) or []
        if row.name not in known or not row.text.startswith("no "):
            yield f"mail of {row.seen:%Y-%m-%d %H:%M} UTC: {row.text}; it was filed without that"


def _without(routing: Routing, error: NotAccepted) -> Routing:
    if error.kind is Kind.FIELD:
        kept = {name: value for name, value in routing.dynamic_fields.items() if name != error.name}
        return replace(routing, dynamic_fields=kept)
    if error.kind is Kind.QUEUE:
        return replace(routing, queue="")
    return replace(routing, state="") if error.kind is Kind.STATE else replace(routing, priority="")


def _noted(ticket: Ticket, refused: Sequence[NotAccepted]) -> str:
    said = []
    for error in refused:
        instead = _INSTEAD.get(error.kind, "left out")
        instead = instead.format(queue=ticket.queue, state=ticket.state, priority=ticket.priority)
        text = f"{str(error).partition('; ')[0]}: {instead}"
        get_mail_desk().record_not_accepted(ticket.number, text)
        _remember(error)
        log.warning("the desk has not what a mail is to be filed with", ticket=ticket.number, problem=text)
        said.append(text)
    return "; ".join(said)


def _remember(error: NotAccepted) -> None:
    now, text = timezone.now(), str(error).partition("; ")[0][:_LENGTH]
    if NotAcceptedName.objects.filter(text=text, seen__gt=now - _WRITTEN_EVERY).exists():
        return
    if not NotAcceptedName.objects.filter(text=text).update(seen=now):
        row = NotAcceptedName(text=text, kind=error.kind, name=error.name[:_LENGTH], seen=now)
        NotAcceptedName.objects.bulk_create([row], ignore_conflicts=True)
