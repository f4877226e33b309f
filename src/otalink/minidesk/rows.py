"""The embedded desk's rows as the port hands them out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.db.models import Prefetch, QuerySet

from otalink.common import prepared_sql
from otalink.desk import types
from otalink.minidesk.models import STATES, Article, ArticleAttachment, History, Ticket


def articles() -> QuerySet[Article]:
    """All articles, to be narrowed down, with their files."""
    return Article.objects.prefetch_related(Prefetch("attachments", ArticleAttachment.objects.order_by("id")))


def visible_articles(number: str) -> list[types.Article]:
    """The articles of a ticket that its customer may see, oldest first, with their files; none where it is gone."""
    by_article: dict[int, list[ArticleAttachment]] = {}
    for file in prepared_sql.read(ArticleAttachment, _files(), number):
        by_article.setdefault(file.article_id, []).append(file)
    return [article_of(row, by_article.get(row.id, ())) for row in prepared_sql.read(Article, _visible(), number)]


@cache
def _visible() -> str:
    return (
        f"SELECT {prepared_sql.columns(Article, 'a')} FROM minidesk_article a JOIN minidesk_ticket t "  # noqa: S608 - ours
        "ON t.id = a.ticket_id WHERE t.number = %s AND a.visible_for_customer = TRUE ORDER BY a.id"
    )


@cache
def _files() -> str:
    return (
        f"SELECT {prepared_sql.columns(ArticleAttachment, 'f')} FROM minidesk_articleattachment f "  # noqa: S608 - ours
        "JOIN minidesk_article a ON a.id = f.article_id JOIN minidesk_ticket t ON t.id = a.ticket_id "
        "WHERE t.number = %s ORDER BY f.id"
    )


def ticket_of(row: Ticket) -> types.Ticket:
    """A ticket; its queue should be at hand."""
    return types.Ticket(
        number=row.number,
        title=row.title,
        state=row.state,
        state_type=STATES[row.state],
        priority=row.priority,
        queue=row.queue.name,
        queue_email=row.queue.email,
        queue_sender_name=row.queue.sender_name,
        customer_login=row.customer_login,
        customer_id=row.customer_id,
        created=row.created,
        changed=row.changed,
        closed=row.closed,
        link_profile=types.LinkProfile(row.queue.link_profile),
    )


def article_of(row: Article, files: Iterable[ArticleAttachment] | None = None) -> types.Article:
    """An article; its `files` should be at hand where they are not given."""
    return types.Article(
        id=row.id,
        sender_type=types.SenderType(row.sender_type),
        from_address=row.from_address,
        from_name=row.from_name,
        subject=row.subject,
        text=row.text,
        html=row.html,
        message_id=row.message_id,
        references=tuple(row.references.split()),
        visible_for_customer=row.visible_for_customer,
        created=row.created,
        attachments=tuple(attachment_of(file) for file in (row.attachments.all() if files is None else files)),
        signed=row.signed,
        authentication=types.Authentication(types.Proof(row.proof), row.proven_domain, row.proof_details),
    )


def attachment_of(row: ArticleAttachment) -> types.StoredAttachment:
    """An attachment."""
    return types.StoredAttachment(
        id=row.id, filename=row.filename, content_type=row.content_type, content_id=row.content_id, size=row.size
    )


def entry_of(row: History) -> types.HistoryEntry:
    """A history entry; its ticket should be at hand, and `proof` annotated where that matters."""
    return types.HistoryEntry(
        id=row.pk,
        ticket_number=row.ticket.number,
        type=types.HistoryType(row.type),
        article_id=row.article_id,
        notify=row.notify,
        text=row.text,
        created=row.created,
        proof=types.Proof(getattr(row, "proof", None) or ""),
    )
