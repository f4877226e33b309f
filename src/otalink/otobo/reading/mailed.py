"""To whom OTOBO itself mailed the articles of a ticket, or wrote because of them.

What it mails because of an article stands in its history behind that, as an article of its own: automatic answers at
once, notifications when its process comes to its end, after the raw mail is stored. Nothing names their cause; so what
was written soon after an article, and can be about such a one, counts as being about it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from otalink.customers.addresses import normal
from otalink.desk.types import SenderType
from otalink.mail.mailboxes import mailboxes
from otalink.otobo import facts
from otalink.otobo.connection import CHUNK, fetch, marks

# By OTOBO's own clock; it needs a second where its machine is busy.
_SOON = timedelta(seconds=30)
_MAILED = facts.MAILED_BY_AGENTS | {facts.FORWARD}
_SQL = (
    "SELECT h.ticket_id, h.article_id, ht.name, st.name, m.a_to, m.a_cc, h.create_time FROM ticket_history h"
    " JOIN ticket_history_type ht ON ht.id = h.history_type_id JOIN article a ON a.id = h.article_id"
    " JOIN article_sender_type st ON st.id = a.article_sender_type_id"
    " LEFT JOIN article_data_mime m ON m.article_id = a.id WHERE h.ticket_id IN ({tickets}) ORDER BY h.id"
)


@dataclass(frozen=True)
class _Row:
    ticket_id: int
    article_id: int
    type: str
    sender_type: str
    to: str
    cc: str
    written: datetime

    def addresses(self) -> set[str]:
        return {normal(box.address) for text in (self.to, self.cc) if text for box in mailboxes(text)}


def by_article(ticket_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """By article id, the addresses in normal form that OTOBO mailed because of it; without articles of OTOBO's own.

    Raises:
        DeskUnavailable
    """
    told: dict[int, set[str]] = {}
    began: dict[int, _Row] = {}
    for row in _rows(ticket_ids):
        if row.type in facts.MAILED_BY_OTOBO:
            for cause in began.values():
                if _may_be_about(row, cause):
                    told[cause.article_id] |= row.addresses()
        elif row.sender_type != SenderType.SYSTEM:
            began.setdefault(row.article_id, row)
            told.setdefault(row.article_id, set()).update(row.addresses() if row.type in _MAILED else ())
    return {article_id: frozenset(addresses) for article_id, addresses in told.items() if addresses}


def _may_be_about(row: _Row, cause: _Row) -> bool:
    is_fitting = row.type in facts.NOTIFICATIONS or cause.sender_type == SenderType.CUSTOMER
    return is_fitting and row.ticket_id == cause.ticket_id and row.written - cause.written <= _SOON


def _rows(ticket_ids: Collection[int]) -> list[_Row]:
    found: list[tuple[Any, ...]] = []
    wanted = sorted(ticket_ids)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        found += fetch(_SQL.format(tickets=marks(chunk)), *chunk)
    return [_Row(int(one[0]), int(one[1]), one[2], one[3], one[4] or "", one[5] or "", one[6]) for one in found]
