"""Whether OTOBO has a reply: looked for in its history by the marker, and among articles that have no history.

OTOBO keeps the comment of an article word for word in the name of its history row; the `%%` before it, as its own have,
may be there or not. That column has no index, so only rows are read that came after the last id before the first try; a
merge moves them, and keeps their ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from otalink.otobo.connection import fetch, marks
from otalink.otobo.models import QueuedReply
from otalink.otobo.reading import files
from otalink.otobo.reading.articles import author_of

# With several servers, ids may be handed out a little out of order.
_MARGIN = 10_000
_FILES, _NOTE = " files", " note"
_START = "%%"


@dataclass(frozen=True)
class Trace:
    """What OTOBO has of a reply; `history_id` is 0 where an article stands there without its history.

    `is_whole` is whether all its files are there. `is_mended` is whether we have added what was missing.
    """

    ticket_id: int
    ticket_number: str
    article_id: int
    history_id: int
    is_whole: bool
    is_mended: bool = False


@dataclass(frozen=True)
class Floor:
    """The last ids of OTOBO's tables at one moment."""

    history: int
    article: int
    ticket: int


def comment(reply: QueuedReply) -> str:
    """What is given as comment with the reply."""
    return f"{_START}otalink {reply.marker}"


def files_comment(reply: QueuedReply) -> str:
    """What is given with those of its files that were missing."""
    return comment(reply) + _FILES


def note_comment(reply: QueuedReply) -> str:
    """What is given with the note that tells agents of it."""
    return comment(reply) + _NOTE


def bare(name: str) -> str:
    """The name of a history row without what OTOBO's own begin with."""
    return name.removeprefix(_START)


def floor() -> Floor:
    """The last ids now.

    Raises:
        DeskUnavailable
    """
    sql = "SELECT (SELECT MAX(id) FROM ticket_history), (SELECT MAX(id) FROM article), (SELECT MAX(id) FROM ticket)"
    history, article, ticket = fetch(sql)[0]
    return Floor(history or 0, article or 0, ticket or 0)


def find(reply: QueuedReply) -> Trace | None:
    """What OTOBO has of a reply that may have been filed; None where there is nothing.

    Raises:
        DeskUnavailable
    """
    rows = _rows(reply)
    own = rows.get(comment(reply))
    mended = rows.get(files_comment(reply)) or rows.get(note_comment(reply))
    if own is None:
        own = _without_history(reply) or mended
    if own is None:
        return None
    history_id, ticket_id, number, article_id = own
    whole = bool(article_id) and not missing(reply, article_id)
    return Trace(ticket_id, number, article_id, history_id, whole, is_mended=mended is not None)


def among(replies: Collection[QueuedReply], article_ids: Collection[int]) -> set[str]:
    """The markers of those of these replies that are among these articles of OTOBO's.

    Raises:
        DeskUnavailable
    """
    found = {reply.marker: _rows(reply).get(comment(reply)) for reply in replies}
    return {marker for marker, row in found.items() if row and row[-1] in article_ids}


def half_ticket(reply: QueuedReply) -> int | None:
    """The id of a ticket that was opened for this reply and got no article, if there is one.

    Raises:
        DeskUnavailable
    """
    sql = (
        "SELECT t.id FROM ticket t LEFT JOIN article a ON a.ticket_id = t.id"
        " WHERE t.id > %s AND t.title = %s AND t.customer_user_id = %s AND a.id IS NULL ORDER BY t.id"
    )
    rows = fetch(sql, reply.ticket_floor, reply.subject[:191], reply.customer_login)
    return int(rows[0][0]) if rows else None


type _Row = tuple[int, int, str, int]


def _rows(reply: QueuedReply) -> dict[str, _Row]:
    comments = [comment(reply), files_comment(reply), note_comment(reply)]
    names = [*comments, *(bare(given) for given in comments)]
    sql = (
        "SELECT h.name, h.id, h.ticket_id, t.tn, h.article_id FROM ticket_history h JOIN ticket t ON t.id = h.ticket_id"
        f" WHERE (h.id > %s OR h.ticket_id = %s) AND h.name IN ({marks(names)})"
    )
    rows = fetch(sql, reply.history_floor - _MARGIN, reply.ticket_id, *names)
    return {
        _START + bare(str(name)): (int(id_), int(ticket), str(tn), int(article or 0))
        for name, id_, ticket, tn, article in rows
    }


def _without_history(reply: QueuedReply) -> _Row | None:
    # A process of OTOBO's that ended between the article and its history.
    for ticket_id, number, article_id, body in _articles_without_history(reply):
        if _unspaced(body) == _unspaced(reply.text):
            return 0, ticket_id, number, article_id
    return None


def _articles_without_history(reply: QueuedReply) -> list[tuple[int, str, int, str]]:
    """Ids of ticket and article, ticket number and text of what OTOBO may have of a reply, oldest first."""
    sql = (
        "SELECT a.ticket_id, t.tn, a.id, m.a_from, m.a_body FROM article a JOIN ticket t ON t.id = a.ticket_id"
        " JOIN article_data_mime m ON m.article_id = a.id LEFT JOIN ticket_history h ON h.article_id = a.id"
        " WHERE a.id > %s AND m.a_subject = %s AND h.id IS NULL ORDER BY a.id"
    )
    return [
        (int(ticket_id), str(number), int(article_id), str(body or ""))
        for ticket_id, number, article_id, author, body in fetch(sql, reply.article_floor, reply.subject)
        # Somebody else may have written the same on another ticket.
        if reply.for_agents or author_of(author or "").address == reply.from_address
    ]


def _unspaced(text: str) -> str:
    return "".join(text.split())


def missing(reply: QueuedReply, article_id: int) -> list[int]:
    """The places of those files of a reply that neither its article has nor one that was to complete it.

    Raises:
        DeskUnavailable
    """
    wanted = list(reply.files.all())
    if not wanted:
        return []
    ids = [article_id, *_completing(reply, {file.filename for file in wanted})]
    rows = fetch(f"SELECT article_id, content_path FROM article_data_mime WHERE article_id IN ({marks(ids)})", *ids)
    # Names may be tidied there; the sizes stay.
    there = files.of({int(id_): str(path or "") for id_, path in rows}).values()
    sizes = Counter(file.size for article in there for file in article.files)
    lacking = []
    for file in wanted:
        if sizes[file.size]:
            sizes[file.size] -= 1
        else:
            lacking.append(file.place)
    return lacking


def _completing(reply: QueuedReply, filenames: set[str]) -> list[int]:
    # OTOBO may have ended while it filed those too; their text is the names of their files.
    return [id_ for _, _, id_, body in _articles_without_history(reply) if set(body.strip().splitlines()) <= filenames]
