"""The files of articles, and the HTML that OTOBO keeps as one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import batched
from typing import Any, BinaryIO

from django.conf import settings

from otalink.desk.types import StoredAttachment
from otalink.mail.charsets import decode
from otalink.otobo import facts
from otalink.otobo.connection import CHUNK, fetch, marks
from otalink.otobo.reading import disk
from otalink.otobo.reading.contents import content_of

# Characters or bytes of HTML as it is stored, of one article and of all on a page: what is larger is shown by its text.
_MOST_HTML, _MOST_ON_PAGE = 3_000_000, 60_000_000
_COLUMNS = "f.id, f.article_id, f.filename, f.content_size, f.content_type, f.content_id, f.disposition"
_BODY = (
    "CASE WHEN f.filename IN ('file-1', 'file-2') AND LOWER(f.content_type) LIKE 'text/html%%'"
    " AND OCTET_LENGTH(f.content) <= %s THEN f.content END"
)


@dataclass
class Files:
    """What an article has beside its text."""

    html: str = ""
    files: list[StoredAttachment] = field(default_factory=list)


def of(articles: Mapping[int, str]) -> dict[int, Files]:
    """By article id, files and HTML of these articles; each with its `content_path`.

    Raises:
        DeskUnavailable
    """
    found = {article_id: Files() for article_id in articles}
    ids = sorted(articles)
    most = min(_MOST_HTML, _MOST_ON_PAGE // max(1, len(ids)))
    for chunk in batched(ids, CHUNK):
        for *row, body in _rows(chunk, most):
            _add(found[int(row[1])], row, body)
    if settings.OTALINK_OTOBO_ARTICLES:
        for article_id, one in found.items():
            if not one.files and not one.html:
                found[article_id] = _on_disk(article_id, articles[article_id], most)
    return found


def open_visible(number: str, attachment_id: int) -> tuple[StoredAttachment, BinaryIO] | None:
    """A file of a visible article of the ticket of that number, opened for reading.

    Raises:
        OSError: it lies on a disk that does not give it.
        DeskUnavailable
    """
    if article_id := disk.article_of(attachment_id):
        sql = (
            "SELECT m.content_path FROM article a JOIN ticket t ON t.id = a.ticket_id"
            " JOIN article_data_mime m ON m.article_id = a.id"
            " WHERE a.id = %s AND a.is_visible_for_customer = 1 AND t.tn = %s"
        )
        rows = fetch(sql, article_id, number)
        return disk.open_file(article_id, rows[0][0] or "", attachment_id) if rows else None
    sql = (
        f"SELECT {_COLUMNS}, f.content FROM article_data_mime_attachment f JOIN article a ON a.id = f.article_id"
        " JOIN ticket t ON t.id = a.ticket_id WHERE f.id = %s AND a.is_visible_for_customer = 1 AND t.tn = %s"
    )
    for *row, stored in fetch(sql, disk.row_of(attachment_id), number):
        content = content_of(stored)
        return _attachment(row, size=len(content)), BytesIO(content)
    return None


def article_of(attachment_id: int) -> int:
    """The article of a file, visible or not; 0 where there is no such file.

    Raises:
        DeskUnavailable
    """
    if on_disk := disk.article_of(attachment_id):
        return on_disk
    rows = fetch("SELECT article_id FROM article_data_mime_attachment WHERE id = %s", disk.row_of(attachment_id))
    return int(rows[0][0]) if rows else 0


def _rows(ids: Sequence[int], most: int) -> Iterable[tuple[Any, ...]]:
    sql = f"SELECT {_COLUMNS}, {_BODY} FROM article_data_mime_attachment f WHERE f.article_id IN ({marks(ids)})"
    return fetch(f"{sql} ORDER BY f.id", most, *ids)


def _add(found: Files, row: Sequence[Any], body: object) -> None:
    file = _attachment(row)
    if not is_body(file.filename, file.content_type, file.content_id, row[6] or ""):
        found.files.append(file)
    elif body is not None:
        found.html = html_of(content_of(body), file.content_type)


def _on_disk(article_id: int, content_path: str, most: int) -> Files:
    found = Files()
    for file, disposition in disk.files(article_id, content_path):
        if not is_body(file.filename, file.content_type, file.content_id, disposition):
            found.files.append(file)
        elif file.content_type.lower().startswith("text/html") and file.size <= most:
            found.html = html_of(disk.read(article_id, content_path, file.filename), file.content_type)
    return found


def is_body(filename: str, content_type: str, content_id: str, disposition: str) -> bool:
    """Whether a file is a copy of the article's own body."""
    bare = content_type.partition(";")[0].strip().lower()
    named = filename in facts.BODY_NAMES and disposition in {"", "inline"}
    return named and not content_id and bare in {"text/html", "text/plain"}


def html_of(content: bytes, content_type: str) -> str:
    """HTML from its bytes."""
    _, _, charset = content_type.lower().partition("charset=")
    return decode(content, charset.partition(";")[0].strip(" \"'"))


def _attachment(row: Sequence[Any], size: int | None = None) -> StoredAttachment:
    id_, _, filename, content_size, content_type, content_id, _ = row
    told = int(content_size) if str(content_size or "").isdecimal() else 0
    return StoredAttachment(
        id=disk.id_of_row(int(id_)),
        filename=filename or "",
        content_type=content_type or "application/octet-stream",
        content_id=(content_id or "").strip("<>"),
        size=told if size is None else size,
    )
