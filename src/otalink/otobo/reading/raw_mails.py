"""The raw mail of articles: OTOBO stores it last of all, and also that of mail that it sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import batched

from django.conf import settings

from otalink.otobo import facts
from otalink.otobo.connection import CHUNK, fetch, marks
from otalink.otobo.reading import disk
from otalink.otobo.reading.contents import content_of


@dataclass(frozen=True)
class Envelope:
    """What is known of an article beside its raw mail; `is_mail` is whether it is one, `sender` its From.

    `message_id` has no angle brackets.
    """

    article_id: int
    is_mail: bool
    sender: str
    subject: str
    content_path: str
    is_in_database: bool
    message_id: str = ""


def envelopes(article_ids: Collection[int]) -> dict[int, Envelope]:
    """By article id, what is known of these articles; without those that are gone.

    Raises:
        DeskUnavailable
    """
    found: dict[int, Envelope] = {}
    wanted = sorted(article_ids)
    for chunk in batched(wanted, CHUNK):
        sql = (
            "SELECT a.id, c.name, m.a_from, m.a_subject, m.content_path, m.a_message_id,"
            " CASE WHEN EXISTS (SELECT 1 FROM article_data_mime_plain p WHERE p.article_id = a.id) THEN 1 ELSE 0 END"
            " FROM article a JOIN communication_channel c ON c.id = a.communication_channel_id"
            f" JOIN article_data_mime m ON m.article_id = a.id WHERE a.id IN ({marks(chunk)})"
        )
        for id_, channel, sender, subject, path, message_id, is_there in fetch(sql, *chunk):
            is_mail = channel == facts.MAIL_CHANNEL
            texts = (sender or "", subject or "", path or "")
            id_of_mail = (message_id or "").strip().removeprefix("<").removesuffix(">")
            found[int(id_)] = Envelope(int(id_), is_mail, *texts, bool(is_there), id_of_mail)
    return found


def read(envelope: Envelope) -> bytes | None:
    """The raw mail of an article; None where it is not there (yet).

    Raises:
        FileUnreadable, DeskUnavailable
    """
    if envelope.is_in_database:
        rows = fetch("SELECT body FROM article_data_mime_plain WHERE article_id = %s", envelope.article_id)
        return content_of(rows[0][0]) if rows else None
    if settings.OTALINK_OTOBO_ARTICLES:
        return disk.plain(envelope.article_id, envelope.content_path)
    return None
