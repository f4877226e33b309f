"""Rows of OTOBO's history, as the watcher takes them over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import batched
from typing import Any

from otalink.otobo.connection import CHUNK, fetch, marks

# The narrowed rows first: some planners would begin with the small tables and sort millions.
_ROWS = (
    "SELECT h.id, ht.name, h.name, h.create_time, h.ticket_id, t.tn, h.article_id, st.name,"
    " a.is_visible_for_customer, CASE WHEN h.article_id IS NULL THEN NULL ELSE"
    " (SELECT MIN(x.id) FROM article x WHERE x.ticket_id = h.ticket_id) END"
    " FROM ({narrowed}) h JOIN ticket_history_type ht ON ht.id = h.history_type_id JOIN ticket t ON t.id = h.ticket_id"
    " LEFT JOIN article a ON a.id = h.article_id LEFT JOIN article_sender_type st ON st.id = a.article_sender_type_id"
    " ORDER BY h.id"
)
_COLUMNS = "id, name, create_time, history_type_id, ticket_id, article_id"


@dataclass(frozen=True)
class HistoryRow:
    """A row; of one with an article, also what is known of that.

    `stamp` is when it was written, by OTOBO's clock and zone, as a text that is only compared. `sender_type` is empty
    where there is no article, `is_first` says whether it is about the first article of its ticket.
    """

    id: int
    type: str
    name: str
    stamp: str
    ticket_id: int
    ticket_number: str
    article_id: int | None
    sender_type: str
    visible_for_customer: bool
    is_first: bool


def last_id() -> int:
    """The highest id there is, 0 where there is none.

    Raises:
        DeskUnavailable
    """
    ((last,),) = fetch("SELECT MAX(id) FROM ticket_history")
    return int(last or 0)


def since(history_id: int, limit: int) -> list[HistoryRow]:
    """Rows after that id, in the order of their ids.

    Raises:
        DeskUnavailable
    """
    narrowed = f"SELECT {_COLUMNS} FROM ticket_history WHERE id > %s ORDER BY id LIMIT %s"
    return [_row(row) for row in fetch(_ROWS.format(narrowed=narrowed), history_id, limit)]


def of(ids: Collection[int]) -> list[HistoryRow]:
    """The rows of these ids, in their order.

    Raises:
        DeskUnavailable
    """
    found: list[HistoryRow] = []
    wanted = sorted(ids)
    for chunk in batched(wanted, CHUNK):
        narrowed = f"SELECT {_COLUMNS} FROM ticket_history WHERE id IN ({marks(chunk)})"
        found += [_row(row) for row in fetch(_ROWS.format(narrowed=narrowed), *chunk)]
    return found


def first_message(ticket_id: int) -> int | None:
    """The id of a ticket's first row with an article; None where it has none.

    Raises:
        DeskUnavailable
    """
    ((first,),) = fetch("SELECT MIN(id) FROM ticket_history WHERE ticket_id = %s AND article_id IS NOT NULL", ticket_id)
    return int(first) if first is not None else None


def ids_between(first: int, last: int) -> list[int]:
    """The ids that there are from `first` to `last`.

    Raises:
        DeskUnavailable
    """
    rows = fetch("SELECT id FROM ticket_history WHERE id BETWEEN %s AND %s ORDER BY id", first, last)
    return [int(id_) for (id_,) in rows]


def stamps(ids: Collection[int]) -> dict[int, str]:
    """By id, when these rows were written (see `HistoryRow.stamp`).

    Raises:
        DeskUnavailable
    """
    found: dict[int, str] = {}
    wanted = sorted(ids)
    for chunk in batched(wanted, CHUNK):
        rows = fetch(f"SELECT id, create_time FROM ticket_history WHERE id IN ({marks(chunk)})", *chunk)
        found.update((int(id_), str(created)) for id_, created in rows)
    return found


def newest(ticket_ids: Collection[int], types: Collection[str]) -> dict[int, int]:
    """By ticket id, the id of its newest row of these types; without tickets that have none.

    Raises:
        DeskUnavailable
    """
    found: dict[int, int] = {}
    wanted = sorted(ticket_ids)
    for chunk in batched(wanted, CHUNK):
        sql = (
            "SELECT h.ticket_id, MAX(h.id) FROM ticket_history h"
            " JOIN ticket_history_type ht ON ht.id = h.history_type_id"
            f" WHERE h.ticket_id IN ({marks(chunk)}) AND ht.name IN ({marks(types)}) GROUP BY h.ticket_id"
        )
        found.update((int(ticket_id), int(last)) for ticket_id, last in fetch(sql, *chunk, *sorted(types)))
    return found


def _row(row: tuple[Any, ...]) -> HistoryRow:
    id_, type_, name, created, ticket_id, number, article_id, sender_type, is_visible, first = row
    return HistoryRow(
        id=int(id_),
        type=type_,
        name=name,
        stamp=str(created),
        ticket_id=int(ticket_id),
        ticket_number=str(number),
        article_id=int(article_id) if article_id is not None else None,
        sender_type=sender_type or "",
        visible_for_customer=bool(is_visible),
        is_first=article_id is not None and article_id == first,
    )
