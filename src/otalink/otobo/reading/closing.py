"""When a ticket was closed: OTOBO keeps no such time, its history tells.

It is the first row of the last unbroken run of final states. Rows with an article are left out: a merge brings those of
another ticket along, with that ticket's states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import batched

from otalink.desk.types import StateType
from otalink.otobo import facts
from otalink.otobo.connection import CHUNK, fetch, marks
from otalink.otobo.reading.times import aware

FINAL = tuple(sorted(state_type.value for state_type in StateType if state_type.is_final))


def times(changed: Mapping[int, datetime]) -> dict[int, datetime]:
    """By ticket id, when tickets in a final state were closed; `changed` says when each changed last.

    That time counts where the history knows of no close.

    Raises:
        DeskUnavailable
    """
    found: dict[int, datetime | None] = dict.fromkeys(changed)
    ids = sorted(changed)
    for chunk in batched(ids, CHUNK):
        for ticket_id, state_type, created in _states(chunk):
            if state_type not in FINAL:
                found[ticket_id] = None
            elif found[ticket_id] is None:
                found[ticket_id] = created
    return {ticket_id: aware_time or changed[ticket_id] for ticket_id, aware_time in found.items()}


def _states(ids: Sequence[int]) -> list[tuple[int, str, datetime]]:
    sql = (
        "SELECT h.ticket_id, st.name, h.create_time FROM ticket_history h"
        " JOIN ticket_history_type ht ON ht.id = h.history_type_id JOIN ticket_state s ON s.id = h.state_id"
        f" JOIN ticket_state_type st ON st.id = s.type_id WHERE h.ticket_id IN ({marks(ids)})"
        " AND ht.name IN (%s, %s) AND h.article_id IS NULL ORDER BY h.id"
    )
    rows = fetch(sql, *ids, facts.STATE_UPDATE, facts.NEW_TICKET)
    return [(int(ticket_id), state_type, aware(created)) for ticket_id, state_type, created in rows]
