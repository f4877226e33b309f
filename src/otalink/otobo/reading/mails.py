"""Articles by the Message-ID of their mail."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from otalink.otobo.connection import fetch, marks

# More of a mail's references are not looked up.
_MOST = 100


@dataclass(frozen=True)
class FiledMail:
    """An article that a mail became, or that became a mail.

    `message_id` has no angle brackets. `history_type` is OTOBO's word for what happened, empty while its history does
    not show it; `sender_type` is agent, customer or system.
    """

    message_id: str
    article_id: int
    ticket_id: int
    ticket_number: str
    sender_type: str
    visible_for_customer: bool
    history_type: str


def find(message_id: str) -> FiledMail | None:
    """The first article with that Message-ID (no angle brackets).

    Raises:
        DeskUnavailable
    """
    return next(iter(of([message_id])), None)


def of(message_ids: Sequence[str]) -> list[FiledMail]:
    """The articles with these Message-IDs (no angle brackets): the oldest of each, in the order of the ids.

    Raises:
        DeskUnavailable
    """
    wanted = [message_id for message_id in message_ids if message_id][-_MOST:]
    found: dict[str, FiledMail] = {}
    for mail in _all_of(wanted):
        found.setdefault(mail.message_id, mail)
    return [found[message_id] for message_id in dict.fromkeys(wanted) if message_id in found]


def all_of(message_id: str) -> list[FiledMail]:
    """Every article with that Message-ID (no angle brackets), the oldest first.

    Raises:
        DeskUnavailable
    """
    return _all_of([message_id])


def _all_of(wanted: Sequence[str]) -> list[FiledMail]:
    if not wanted:
        return []
    # Kept with their angle brackets; by the digest there is an index, which decides nothing.
    digests = {hashlib.md5(f"<{id_}>".encode(), usedforsecurity=False).hexdigest() for id_ in wanted}
    found = [_mail(row) for row in fetch(_sql(len(digests)), *digests)]
    return [mail for mail in found if mail.message_id in wanted]


def _mail(row: tuple[Any, ...]) -> FiledMail:
    stored, article_id, ticket_id, number, sender_type, is_visible, history_type = row
    return FiledMail(
        message_id=str(stored or "").strip().removeprefix("<").removesuffix(">"),
        article_id=int(article_id),
        ticket_id=int(ticket_id),
        ticket_number=str(number),
        sender_type=sender_type,
        visible_for_customer=bool(is_visible),
        history_type=history_type or "",
    )


def _sql(count: int) -> str:
    return (
        "SELECT m.a_message_id, a.id, t.id, t.tn, st.name, a.is_visible_for_customer, ht.name"
        " FROM article_data_mime m JOIN article a ON a.id = m.article_id JOIN ticket t ON t.id = a.ticket_id"
        " JOIN article_sender_type st ON st.id = a.article_sender_type_id"
        " LEFT JOIN ticket_history h ON h.article_id = a.id AND h.ticket_id = a.ticket_id"
        " LEFT JOIN ticket_history_type ht ON ht.id = h.history_type_id"
        f" WHERE m.a_message_id_md5 IN ({marks(range(count))}) ORDER BY a.id, h.id"
    )
