"""OTOBO's database restored from a backup: its ids go back, and are given out a second time for something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import structlog
from django.db import transaction

from otalink.customers import pending
from otalink.otobo import participants
from otalink.otobo.models import Arrival, MirrorEntry
from otalink.otobo.reading import history, tickets
from otalink.otobo.watcher import lease

_log = structlog.get_logger("otalink.otobo")
_PAGE = 500


def is_another(high: int) -> bool:
    """Whether the history that is there now is not the one that was read up to `high`.

    Rows of a deleted ticket are missing from any history, and say nothing, unless no later row is there.

    Raises:
        DeskUnavailable
    """
    if history.last_id() < high:
        return True
    newest = next(_pages(), [])
    there = history.stamps([id_ for id_, _ in newest])
    return any(there.get(id_, stamp) != stamp for id_, stamp in newest)


def go_back(owner: str) -> int:
    """Read on where the history that is there now parts from the one we know; returns that id.

    Steps that are lost there stay in the mirror, as steps that OTOBO does not know. Who took part in tickets that are
    gone takes part no more, and who waited on one waits no more: their numbers and ids are given out again.

    Raises:
        LeaseLost, DeskUnavailable
    """
    start = _last_common()
    lost = participants.forget_lost()
    waiting = pending.numbers()
    there = {found.ticket.number for found in tickets.of_numbers(waiting)}
    with transaction.atomic():
        lease.move(owner, start)
        MirrorEntry.objects.filter(history_id__gt=start).update(history_id=None)
        Arrival.objects.filter(history_id__gt=start).delete()
        pending.forget(set(waiting) - there)
    _log.warning("OTOBO's history went back, as after a restored backup", reads_on_after=start, participants_lost=lost)
    return start


def _last_common() -> int:
    """The newest row that we know and that is still there; where there is none, the last there is."""
    last = history.last_id()
    for page in _pages():
        there = history.stamps([id_ for id_, _ in page])
        for id_, stamp in page:
            if there.get(id_) == stamp:
                return id_
    return last


def _pages() -> Iterator[Sequence[tuple[int, str]]]:
    """Ids and stamps of the rows we know, newest first."""
    known = MirrorEntry.objects.filter(history_id__isnull=False).order_by("-history_id")
    before: int | None = None
    while page := list(
        (known if before is None else known.filter(history_id__lt=before)).values_list("history_id", "stamp")[:_PAGE]
    ):
        yield [(id_, stamp) for id_, stamp in page if id_ is not None]
        before = page[-1][0]
