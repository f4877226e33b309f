"""The embedded desk behind the port."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import BinaryIO

from django.db.models import Prefetch, QuerySet

from otalink.common import prepared_sql
from otalink.customers.addresses import normal
from otalink.desk import types
from otalink.desk.port import TicketNotFound
from otalink.desk.types import ArticleDraft, HistoryEntry, HistoryType, Routing, SenderType
from otalink.minidesk import changes, participants, stored_files
from otalink.minidesk.models import (
    FIELD_START,
    FINAL_STATES,
    STATES,
    Article,
    ArticleAttachment,
    DynamicFieldValue,
    History,
    Ticket,
)
from otalink.minidesk.queues import in_its_queue, queues

# How many values one SQL statement may carry on every database we support.
_CHUNK = 5_000


class MiniDesk:
    """Tickets in our own database; see `Desk` for what each method promises."""

    def create_ticket(self, draft: ArticleDraft, routing: Routing) -> types.Ticket:
        """See `Desk`."""
        return _ticket(changes.create_ticket(draft, routing))

    def add_follow_up(self, number: str, draft: ArticleDraft, *, notify: bool = True) -> types.Article:
        """See `Desk`."""
        return _article(changes.add_message(number, draft, HistoryType.FOLLOW_UP, notify=notify))

    def add_customer_reply(self, number: str, draft: ArticleDraft) -> types.Article:
        """See `Desk`."""
        return _article(changes.add_message(number, draft, HistoryType.CUSTOMER_REPLY))

    def add_agent_reply(self, number: str, draft: ArticleDraft) -> types.Article:
        """File an agent's reply; the embedded desk's own, since elsewhere agents work in the other system."""
        return _article(changes.add_message(number, draft, HistoryType.AGENT_REPLY, notify=draft.visible_for_customer))

    def find_ticket(self, number: str) -> types.Ticket | None:
        """See `Desk`."""
        found = prepared_sql.rows(Ticket, number=number)
        return next((_ticket(in_its_queue(ticket)) for ticket in found), None)

    def find_ticket_by_message_id(self, message_ids: Sequence[str]) -> types.Ticket | None:
        """See `Desk`."""
        wanted = [message_id[:255] for message_id in message_ids][-100:]
        if not wanted:
            return None
        rows = Article.objects.filter(message_id__in=wanted).select_related("ticket__queue").order_by("id")
        found = {row.message_id: row.ticket for row in rows[:100]}
        return next((_ticket(found[message_id]) for message_id in wanted if message_id in found), None)

    def find_ticket_by_dynamic_field(self, name: str, value: str) -> types.Ticket | None:
        """See `Desk`."""
        rows = DynamicFieldValue.objects.filter(field__name=name, start=value[:FIELD_START]).order_by("-ticket_id")
        # Some databases take "é" for "e", and "a" for "A".
        found = (row.ticket for row in rows.select_related("ticket__queue")[:100] if row.value == value)
        return next((_ticket(ticket) for ticket in found), None)

    def tickets_of(self, customer_login: str, limit: int = 200) -> list[types.Ticket]:
        """See `Desk`."""
        return [_ticket(row) for row in participants.tickets_of(customer_login, limit)]

    def visible_articles(self, number: str) -> list[types.Article]:
        """See `Desk`."""
        if not Ticket.objects.filter(number=number).exists():
            raise TicketNotFound(f"no ticket {number!r}")
        rows = _articles().filter(ticket__number=number, visible_for_customer=True)
        return [_article(row) for row in rows.order_by("id")]

    def all_articles(self, number: str) -> list[types.Article]:
        """Every article, internal notes included, oldest first; for the agents' pages."""
        return [_article(row) for row in _articles().filter(ticket__number=number).order_by("id")]

    def accepts_recipient(self, address: str) -> bool:
        """See `Desk`; every queue has an address."""
        wanted = normal(address)
        return any(normal(queue.email) == wanted for queue in queues())

    def find_article(self, article_id: int) -> types.Article | None:
        """See `Desk`."""
        row = _articles().filter(pk=article_id).first()
        return _article(row) if row else None

    def read_attachment(self, number: str, attachment_id: int) -> tuple[types.StoredAttachment, BinaryIO] | None:
        """See `Desk`."""
        row = ArticleAttachment.objects.filter(
            pk=attachment_id, article__ticket__number=number, article__visible_for_customer=True
        ).first()
        return (_attachment(row), stored_files.open_kept(row.digest)) if row else None

    def set_dynamic_field(self, number: str, name: str, value: str) -> None:
        """See `Desk`."""
        changes.set_dynamic_field(changes.find(number), name, value)

    def history_since(self, entry_id: int, limit: int = 500) -> list[HistoryEntry]:
        """See `Desk`."""
        rows = History.objects.filter(pk__gt=entry_id).select_related("ticket").order_by("pk")[:limit]
        return [_history(row) for row in rows]

    def record_undeliverable(self, number: str, text: str) -> None:
        """See `Desk`."""
        changes.record(changes.find(number), HistoryType.UNDELIVERABLE, None, text=text)

    def record_admission(self, number: str) -> None:
        """See `Desk`."""
        changes.record(changes.find(number), HistoryType.SENDER_ADMITTED, None)

    def participants(self, number: str) -> list[str]:
        """See `Desk`."""
        return participants.logins(changes.find(number))

    def add_participant(self, number: str, customer_login: str, *, notify: bool = True) -> bool:
        """See `Desk`."""
        return participants.add(changes.find(number), customer_login, notify=notify)

    def remove_participant(self, number: str, customer_login: str) -> bool:
        """See `Desk`."""
        return participants.remove(changes.find(number), customer_login)

    def readers(self, numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """See `Desk`."""
        return participants.readers(list(numbers))

    def in_open_tickets(self, customer_logins: Collection[str]) -> set[str]:
        """See `Desk`."""
        return participants.in_open_tickets(list(customer_logins))

    def access_ended(self, numbers: Iterable[str], closed_before: datetime) -> set[str]:
        """See `Desk`."""
        wanted = list(numbers)
        ended = set(wanted)
        for start in range(0, len(wanted), _CHUNK):
            chunk = Ticket.objects.filter(number__in=wanted[start : start + _CHUNK])
            alive = chunk.exclude(state__in=FINAL_STATES, closed__lte=closed_before)
            ended.difference_update(alive.values_list("number", flat=True))
        return ended

    def ticket_path(self, number: str) -> str:
        """See `Desk`."""
        return f"/tickets/{number}"


def _articles() -> QuerySet[Article]:
    return Article.objects.prefetch_related(Prefetch("attachments", ArticleAttachment.objects.order_by("id")))


def _ticket(row: Ticket) -> types.Ticket:
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


def _article(row: Article) -> types.Article:
    return types.Article(
        id=row.pk,
        sender_type=SenderType(row.sender_type),
        from_address=row.from_address,
        from_name=row.from_name,
        subject=row.subject,
        text=row.text,
        html=row.html,
        message_id=row.message_id,
        references=tuple(row.references.split()),
        visible_for_customer=row.visible_for_customer,
        created=row.created,
        attachments=tuple(_attachment(attachment) for attachment in row.attachments.all()),
        signed=row.signed,
        authentication=types.Authentication(types.Proof(row.proof), row.proven_domain, row.proof_details),
    )


def _attachment(row: ArticleAttachment) -> types.StoredAttachment:
    return types.StoredAttachment(
        id=row.pk, filename=row.filename, content_type=row.content_type, content_id=row.content_id, size=row.size
    )


def _history(row: History) -> HistoryEntry:
    return HistoryEntry(
        id=row.pk,
        ticket_number=row.ticket.number,
        type=HistoryType(row.type),
        article_id=row.article_id,
        notify=row.notify,
        text=row.text,
        created=row.created,
    )
