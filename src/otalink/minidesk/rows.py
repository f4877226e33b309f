"""The embedded desk's rows as the port hands them out."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from otalink.desk import types
from otalink.minidesk.models import STATES, Article, ArticleAttachment, History, Ticket


def articles() -> QuerySet[Article]:
    """All articles, to be narrowed down, with their files."""
    return Article.objects.prefetch_related(Prefetch("attachments", ArticleAttachment.objects.order_by("id")))


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
    )


def article_of(row: Article) -> types.Article:
    """An article; its files should be at hand."""
    return types.Article(
        id=row.pk,
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
        attachments=tuple(attachment_of(file) for file in row.attachments.all()),
        signed=row.signed,
        authentication=types.Authentication(types.Proof(row.proof), row.proven_domain, row.proof_details),
    )


def attachment_of(row: ArticleAttachment) -> types.StoredAttachment:
    """An attachment."""
    return types.StoredAttachment(
        id=row.pk, filename=row.filename, content_type=row.content_type, content_id=row.content_id, size=row.size
    )


def entry_of(row: History) -> types.HistoryEntry:
    """A history entry; its ticket should be at hand."""
    return types.HistoryEntry(
        id=row.pk,
        ticket_number=row.ticket.number,
        type=types.HistoryType(row.type),
        article_id=row.article_id,
        notify=row.notify,
        text=row.text,
        created=row.created,
    )
