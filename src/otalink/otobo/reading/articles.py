"""The articles of a ticket that its customer may see."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from otalink.desk.types import Article, SenderType
from otalink.mail.mailboxes import Mailbox, mailboxes
from otalink.otobo import facts
from otalink.otobo.connection import fetch
from otalink.otobo.reading import files
from otalink.otobo.reading.files import Files
from otalink.otobo.reading.times import aware

# Of a text of more than a million characters, the beginning is shown.
_SQL = (
    "SELECT a.id, st.name, m.a_from, m.a_subject, LEFT(m.a_body, 1000000), m.a_message_id, m.a_references,"
    " a.create_time, m.content_path FROM article a JOIN article_sender_type st ON st.id = a.article_sender_type_id"
    " JOIN article_data_mime m ON m.article_id = a.id"
    " WHERE a.ticket_id = %s AND a.is_visible_for_customer = 1 ORDER BY a.id"
)

_SENDER_TYPES = {str(each.value): each for each in SenderType}


def visible(ticket_id: int) -> list[Article]:
    """The visible articles of a ticket, oldest first, with their files.

    Raises:
        DeskUnavailable
    """
    rows = fetch(_SQL, ticket_id)
    beside = files.of({int(row[0]): row[8] or "" for row in rows})
    return [_article(row, beside[int(row[0])]) for row in rows]


def _article(row: tuple[Any, ...], beside: Files) -> Article:
    id_, sender_type, from_, subject, body, message_id, references, created, _ = row
    author = author_of(from_ or "")
    return Article(
        id=int(id_),
        sender_type=_SENDER_TYPES.get(sender_type, SenderType.SYSTEM),
        from_address=author.address,
        from_name=author.name,
        subject=subject or "",
        text=body or "",
        html=beside.html,
        message_id=(message_id or "").strip().removeprefix("<").removesuffix(">"),
        references=tuple(word.strip("<>") for word in (references or "").split()),
        visible_for_customer=True,
        created=aware(created),
        attachments=tuple(beside.files),
    )


def ids_of_customers(ticket_id: int) -> list[int]:
    """The ids of a ticket's visible articles that customers wrote.

    Raises:
        DeskUnavailable
    """
    sql = (
        "SELECT a.id FROM article a JOIN article_sender_type st ON st.id = a.article_sender_type_id"
        " WHERE a.ticket_id = %s AND a.is_visible_for_customer = 1 AND st.name = %s"
    )
    return [int(id_) for (id_,) in fetch(sql, ticket_id, SenderType.CUSTOMER)]


def steps_of_mail(ticket_id: int) -> dict[int, int | None]:
    """By id, the first row of history of each visible article that customers mailed to a ticket; None without one.

    Without what began the ticket, which is its author's in any case.

    Raises:
        DeskUnavailable
    """
    sql = (
        "SELECT a.id, MIN(h.id) FROM article a JOIN article_sender_type st ON st.id = a.article_sender_type_id"
        " JOIN communication_channel c ON c.id = a.communication_channel_id"
        " LEFT JOIN ticket_history h ON h.article_id = a.id AND h.ticket_id = a.ticket_id"
        " WHERE a.ticket_id = %s AND a.is_visible_for_customer = 1 AND st.name = %s AND c.name = %s"
        " AND a.id > (SELECT MIN(x.id) FROM article x WHERE x.ticket_id = %s) GROUP BY a.id"
    )
    rows = fetch(sql, ticket_id, SenderType.CUSTOMER, facts.MAIL_CHANNEL, ticket_id)
    return {int(id_): int(step) if step is not None else None for id_, step in rows}


@lru_cache(maxsize=2_000)
def author_of(from_: str) -> Mailbox:
    """Who wrote an article, by the From that OTOBO keeps; its name alone where that holds no address."""
    return next(mailboxes(from_), Mailbox("", from_.strip()))
