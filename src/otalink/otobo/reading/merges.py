"""Where a merged ticket went."""

from __future__ import annotations

import re

from otalink.otobo import facts
from otalink.otobo.connection import fetch

_NAMES = re.compile(r"%%[^%]*%%(\d+)%%[^%]*%%(\d+)")
_SQL = (
    "SELECT h.name FROM ticket_history h JOIN ticket_history_type ht ON ht.id = h.history_type_id"
    " WHERE h.ticket_id = %s AND ht.name = %s ORDER BY h.id DESC"
)


def into(ticket_id: int) -> int | None:
    """The id of the ticket that this one was merged into last; None where its history does not tell.

    The same row stands on both tickets, so it also says which was which.

    Raises:
        DeskUnavailable
    """
    for (name,) in fetch(_SQL, ticket_id, facts.MERGED):
        told = _NAMES.match(name)
        if told and int(told[1]) == ticket_id:
            return int(told[2])
    return None
