"""The bytes of every mail as they came, for agents to download.

A small mail lies compressed in a row of its own, so that keeping it costs no further write to disk and is part of the
same transaction; a large one lies beside the attachments.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO

from otalink.common import prepared_sql
from otalink.minidesk import stored_files
from otalink.minidesk.models import Article, ArticleOriginal

# Bytes. Far below what every database takes in one statement.
MAX_IN_ROW = 100_000


def keep(article: Article, raw: bytes) -> None:
    """Keep the mail that an article was made of.

    Raises:
        OSError: the disk is full or not writable.
    """
    if len(raw) <= MAX_IN_ROW:
        # The fastest level: headers and text shrink to half with it, and the better ones cost more than they save.
        kept = ArticleOriginal(article=article, packed=zlib.compress(raw, 1), size=len(raw))
    else:
        kept = ArticleOriginal(article=article, packed=b"", digest=stored_files.keep(raw), size=len(raw))
    prepared_sql.insert(kept)


def open_kept(number: str, article_id: int) -> BinaryIO | None:
    """The mail of an article of that ticket, opened for reading; None where the article was no mail.

    Raises:
        OSError: the bytes are gone from the disk.
    """
    kept = ArticleOriginal.objects.filter(article_id=article_id, article__ticket__number=number).first()
    if kept is None:
        return None
    return stored_files.open_kept(kept.digest) if kept.digest else BytesIO(zlib.decompress(kept.packed))


def sizes(article_ids: Iterable[int]) -> dict[int, int]:
    """The size in bytes of the mails behind these articles, for those that were mails."""
    found = ArticleOriginal.objects.filter(article_id__in=list(article_ids))
    return dict(found.values_list("article_id", "size"))
