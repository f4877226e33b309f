"""Writing and reading our own history of OTOBO's tickets.

Whoever writes takes the ids of its entries from the one row that counts them, and holds it to the end of its
transaction: ids have no gaps, and are seen in their order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.desk.port import TicketNotFound
from otalink.desk.types import NOT_CHECKED, Authentication, HistoryEntry, HistoryType, Proof
from otalink.notifications.models import FeedPosition, OutboxMail
from otalink.otobo.connection import CHUNK, marks
from otalink.otobo.models import MirrorEntry, WatcherPosition
from otalink.otobo.reading import tickets

# Each page of a ticket asks this. A step that a restored backup has lost knows an id that is another article's now.
_SEEN = (
    "SELECT article_id, standing, proof, proven_domain, proof_details FROM otobo_mirrorentry"
    " WHERE article_id IN ({}) AND history_id IS NOT NULL"
)


def position() -> WatcherPosition:
    """The row that counts, made where there is none yet.

    Its first entries come after whatever history was read before OTOBO was the desk.
    """
    found = WatcherPosition.objects.first()
    if found is None:
        read = FeedPosition.objects.aggregate(last=Max("entry_id"))["last"] or 0
        mailed = OutboxMail.objects.aggregate(last=Max("history_id"))["last"] or 0
        first = WatcherPosition(pk=1, entry_id=max(read, mailed))
        WatcherPosition.objects.bulk_create([first], ignore_conflicts=True)
        found = WatcherPosition.objects.get()
    return found


@transaction.atomic
def add(entries: Sequence[MirrorEntry]) -> None:
    """Write entries, which get their ids here."""
    position()
    WatcherPosition.objects.update(entry_id=F("entry_id") + len(entries))
    last = WatcherPosition.objects.values_list("entry_id", flat=True).get()
    for place, entry in enumerate(entries, last - len(entries) + 1):
        entry.pk = place
    MirrorEntry.objects.bulk_create(entries)


def record(number: str, type_: HistoryType, *, notify: bool = True, text: str = "") -> None:
    """Write a step that OTOBO does not know.

    OTOBO is asked for the ticket only where the mirror does not know it: whoever calls may hold locks.

    Raises:
        TicketNotFound: no such ticket.
        DeskUnavailable
    """
    entry = MirrorEntry(
        ticket_id=_ticket_id(number),
        ticket_number=number,
        type=type_,
        notify=notify,
        text=text,
        created=timezone.now(),
    )
    add([entry])


def _ticket_id(number: str) -> int:
    known = MirrorEntry.objects.filter(ticket_number=number).values_list("ticket_id", flat=True).first()
    if known is not None:
        return known
    if found := tickets.find(number):
        return found.id
    raise TicketNotFound(f"no ticket {number!r}")


def since(entry_id: int, limit: int) -> list[HistoryEntry]:
    """Entries after that one, oldest first."""
    return [_entry(row) for row in MirrorEntry.objects.filter(pk__gt=entry_id).order_by("pk")[:limit]]


@dataclass(frozen=True)
class Seen:
    """What was decided about a message: whose word it is, and what was proven of its sender."""

    standing: str
    authentication: Authentication


def seen(article_ids: Collection[int]) -> dict[int, Seen]:
    """By article id, what was decided about these articles; without those of which the watcher knows nothing."""
    found: dict[int, Seen] = {}
    ids = list(article_ids)
    for chunk in batched(ids, CHUNK):
        for id_, standing, *proven in prepared_sql.fetch(_SEEN.format(marks(chunk)), *chunk):
            found[int(id_)] = Seen(
                standing, Authentication(Proof(proven[0]), *proven[1:]) if any(proven) else NOT_CHECKED
            )
    return found


def settled() -> int | None:
    """Up to this id of OTOBO's history nothing is left to read; None before the first start."""
    return WatcherPosition.objects.values_list("history_id", flat=True).first()


def _entry(row: MirrorEntry) -> HistoryEntry:
    return HistoryEntry(
        id=row.pk,
        ticket_number=row.ticket_number,
        type=HistoryType(row.type),
        article_id=row.article_id,
        notify=row.notify,
        text=row.text,
        created=row.created,
        proof=Proof(row.proof),
    )
