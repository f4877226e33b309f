"""The messages of a ticket as its page shows them, each made once: sanitising mail is what a page takes longest for."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from otalink.articles.display import Body, body_of
from otalink.common.sized_cache import SizedCache
from otalink.desk.types import Article, SenderType, StoredAttachment

# Bytes, in each process: the messages of hundreds of tickets.
_made = SizedCache(16 * 1_048_576)


@dataclass(frozen=True)
class Message:
    """An article as the page shows it; `files` are those not shown within the body.

    What is automatic, as an answer of the desk's own that the reader has in their mailbox, is folded.
    """

    id: int
    author: str
    from_customer: bool
    is_automatic: bool
    article: Article
    body: Body
    files: list[StoredAttachment]


def as_html(number: str, articles: list[Article]) -> SafeString:
    """The messages of a ticket, in the language and local time of this moment."""
    here = (number, translation.get_language(), timezone.get_current_timezone_name())
    last = len(articles) - 1

    def item(index: int, article: Article) -> str:
        # By everything the article says, not by its number alone: what changed is made anew.
        key = (article.id, hash(article), index == last, *here)
        return _made.get(key, lambda: _item(number, article, is_last=index == last))

    return mark_safe("".join(item(*numbered) for numbered in enumerate(articles)))  # noqa: S308 - from our template


def _item(number: str, article: Article, *, is_last: bool) -> str:
    zone = " UTC" if timezone.get_current_timezone_name() == "UTC" else ""
    context = {"number": number, "message": _message(number, article), "zone": zone, "is_last": is_last}
    return render_to_string("portal/conversation_item.html", context)


def _message(number: str, article: Article) -> Message:
    body = body_of(article, lambda id_: reverse("attachment", args=[number, id_]))
    return Message(
        id=article.id,
        author=article.from_name or article.from_address,
        from_customer=article.sender_type is SenderType.CUSTOMER,
        is_automatic=article.sender_type is SenderType.SYSTEM,
        article=article,
        body=body,
        files=[file for file in article.attachments if file.id not in body.inline],
    )
