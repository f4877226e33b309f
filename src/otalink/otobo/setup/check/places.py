"""Whether otalink reads OTOBO's clock and finds its files: proven by what OTOBO wrote last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from otalink.otobo import connection
from otalink.otobo.reading.times import aware

_NEWEST = 50
# Between the arrival of a mail and the row of its article OTOBO may take its time.
_SLACK = timedelta(minutes=10)
_TIMES = (
    "SELECT a.create_time, m.incoming_time FROM article a JOIN article_data_mime m ON m.article_id = a.id "
    "ORDER BY a.id DESC LIMIT %s"
)
_MAILS = (
    "SELECT m.article_id, m.content_path FROM article a JOIN article_data_mime m ON m.article_id = a.id "
    "JOIN article_sender_type s ON s.id = a.article_sender_type_id "
    "WHERE s.name = 'customer' AND m.a_message_id <> '' ORDER BY a.id DESC LIMIT %s"
)


def zone() -> Iterator[str]:
    """The time zone, if what OTOBO wrote shows that it has another.

    Raises:
        DeskUnavailable
    """
    # Beside its own naive time OTOBO keeps when the article came in, in seconds since 1970.
    newest = connection.fetch(_TIMES, _NEWEST)
    off = [aware(created) - datetime.fromtimestamp(int(came), UTC) for created, came in newest]
    if off and all(abs(each) > _SLACK for each in off):
        hours = round(off[0].total_seconds() / 3600, 1)
        yield (
            f"OTALINK_OTOBO_TIME_ZONE: OTOBO's times are {hours:+g} h off from {settings.OTALINK_OTOBO_TIME_ZONE}; "
            "give the zone that its setting OTOBOTimeZone has"
        )


def storage() -> Iterator[str]:
    """Files that are not where otalink looks for them.

    Raises:
        DeskUnavailable
    """
    folder: Path | None = settings.OTALINK_OTOBO_ARTICLES
    if folder and (why_not := _unread(folder)):
        yield (
            f"OTALINK_OTOBO_ARTICLES: {folder} cannot be read ({why_not}); otalink must be in the group of OTOBO's "
            "files, and the folder be there"
        )
        return
    mails = [(int(article), str(path)) for article, path in connection.fetch(_MAILS, _NEWEST)]
    if not mails or _in_database([article for article, _ in mails]):
        return
    if folder is None:
        yield (
            "OTALINK_OTOBO_ARTICLES: the newest mails are not in OTOBO's database, so they are files; give the folder "
            "var/article of OTOBO"
        )
    elif not any((folder / path / str(article)).is_dir() for article, path in mails):
        yield f"OTALINK_OTOBO_ARTICLES: {folder} has none of the newest {len(mails)} mails; it is another folder"


def _in_database(articles: list[int]) -> bool:
    sql = f"SELECT 1 FROM article_data_mime_plain WHERE article_id IN ({connection.marks(articles)}) LIMIT 1"  # noqa: S608
    return bool(connection.fetch(sql, *articles))


def _unread(folder: Path) -> str:
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        return str(error.strerror)
    return ""
