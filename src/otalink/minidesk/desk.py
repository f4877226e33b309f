"""The embedded desk behind the port."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from django.db.models import F, QuerySet

from otalink.common import prepared_sql
from otalink.customers.addresses import normal
from otalink.desk import types
from otalink.desk.agent_types import AgentArticle, Choices, FieldValue, ListedTicket, Participation, TicketSearch
from otalink.desk.port import TicketNotFound
from otalink.desk.replies import note
from otalink.desk.reply_address import plain
from otalink.desk.types import ArticleDraft, HistoryEntry, HistoryType, Routing
from otalink.minidesk import changes, for_agents, originals, participants, stored_files
from otalink.minidesk.models import (
    FIELD_START,
    FINAL_STATES,
    Article,
    ArticleAttachment,
    DynamicFieldValue,
    History,
    Ticket,
)
from otalink.minidesk.queues import in_its_queue, queues
from otalink.minidesk.rows import article_of, attachment_of, entry_of, ticket_of, visible_articles

# How many values one SQL statement may carry on every database we support.
_CHUNK = 5_000


class MiniDesk:
    """Tickets in our own database; see `Desk` and `AgentDesk` for what each method promises."""

    def create_ticket(self, draft: ArticleDraft, routing: Routing) -> types.Ticket:
        """See `Desk`."""
        return ticket_of(changes.create_ticket(draft, routing))

    def add_follow_up(self, number: str, draft: ArticleDraft, *, notify: bool = True) -> types.Article:
        """See `Desk`."""
        return article_of(changes.add_message(number, draft, HistoryType.FOLLOW_UP, notify=notify))

    def add_customer_reply(self, number: str, draft: ArticleDraft) -> types.Article:
        """See `Desk`."""
        return article_of(changes.add_reply(number, draft, HistoryType.CUSTOMER_REPLY))

    def add_note(self, number: str, subject: str, text: str) -> None:
        """See `Desk`."""
        changes.add_message(
            number, note(changes.find(number).queue.email, subject, text), HistoryType.FOLLOW_UP, notify=False
        )

    def find_ticket(self, number: str) -> types.Ticket | None:
        """See `Desk`."""
        found = prepared_sql.rows(Ticket, number=number)
        return next((ticket_of(in_its_queue(ticket)) for ticket in found), None)

    def find_ticket_by_message_id(self, message_ids: Sequence[str]) -> types.Ticket | None:
        """See `Desk`."""
        wanted = [message_id[:255] for message_id in message_ids][-100:]
        if not wanted:
            return None
        rows = Article.objects.filter(message_id__in=wanted).select_related("ticket__queue").order_by("id")
        found = {row.message_id: row.ticket for row in rows[:100]}
        return next((ticket_of(found[message_id]) for message_id in wanted if message_id in found), None)

    def find_ticket_by_dynamic_field(self, name: str, value: str) -> types.Ticket | None:
        """See `Desk`."""
        rows = DynamicFieldValue.objects.filter(field__name=name, start=value[:FIELD_START]).order_by("-ticket_id")
        # Some databases take "é" for "e", and "a" for "A".
        found = (row.ticket for row in rows.select_related("ticket__queue")[:100] if row.value == value)
        return next((ticket_of(ticket) for ticket in found), None)

    def tickets_of(self, customer_login: str, limit: int = 200) -> list[types.Ticket]:
        """See `Desk`."""
        return [ticket_of(row) for row in participants.tickets_of(customer_login, limit)]

    def visible_articles(self, number: str) -> list[types.Article]:
        """See `Desk`."""
        found = visible_articles(number)
        if not found and not prepared_sql.rows(Ticket, number=number):
            raise TicketNotFound(f"no ticket {number!r}")
        return found

    def accepts_recipient(self, address: str) -> bool:
        """See `Desk`; every queue has an address, and signed ones for replies."""
        wanted = plain(normal(address))
        return any(normal(queue.email) == wanted for queue in queues())

    def read_attachment(self, number: str, attachment_id: int) -> tuple[types.StoredAttachment, BinaryIO] | None:
        """See `Desk`."""
        visible = ArticleAttachment.objects.filter(article__visible_for_customer=True)
        return _opened(visible.filter(pk=attachment_id, article__ticket__number=number))

    def set_dynamic_field(self, number: str, name: str, value: str) -> None:
        """See `Desk`."""
        changes.set_dynamic_field(changes.find(number), name, value)

    def history_since(self, entry_id: int, limit: int = 500) -> list[HistoryEntry]:
        """See `Desk`."""
        rows = History.objects.filter(pk__gt=entry_id).select_related("ticket").annotate(proof=F("article__proof"))
        return [entry_of(row) for row in rows.order_by("pk")[:limit]]

    def record_undeliverable(self, number: str, text: str) -> None:
        """See `Desk`."""
        changes.record(changes.find(number), HistoryType.UNDELIVERABLE, None, text=text)

    def record_withheld(self, number: str, text: str) -> None:
        """See `Desk`."""
        changes.record(changes.find(number), HistoryType.ANSWER_WITHHELD, None, notify=False, text=text)

    def record_not_accepted(self, number: str, text: str) -> None:
        """See `Desk`."""
        changes.record(changes.find(number), HistoryType.NOT_ACCEPTED, None, notify=False, text=text)

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

    def problems(self) -> list[str]:
        """See `Desk`; it is there wherever our database is."""
        return []

    def mailed_itself(self, number: str) -> Mapping[int, Collection[str]]:  # noqa: ARG002 - another desk's question
        """See `Desk`; all mail is ours."""
        return {}

    def ticket_path(self, number: str) -> str:
        """See `Desk`."""
        return f"/tickets/{number}"

    def count_tickets(self, search: TicketSearch) -> int:
        """See `AgentDesk`."""
        return for_agents.tickets(search).count()

    def find_tickets(self, search: TicketSearch, start: int, limit: int) -> list[ListedTicket]:
        """See `AgentDesk`."""
        return for_agents.listed(search, start, limit)

    def all_articles(self, number: str) -> list[AgentArticle]:
        """See `AgentDesk`."""
        return for_agents.articles(number)

    def read_any_attachment(self, number: str, attachment_id: int) -> tuple[types.StoredAttachment, BinaryIO] | None:
        """See `AgentDesk`."""
        return _opened(ArticleAttachment.objects.filter(pk=attachment_id, article__ticket__number=number))

    def read_original(self, number: str, article_id: int) -> BinaryIO | None:
        """See `AgentDesk`."""
        return originals.open_kept(number, article_id)

    def dynamic_fields(self, number: str) -> list[FieldValue]:
        """See `AgentDesk`."""
        return for_agents.dynamic_fields(number)

    def history(self, number: str, limit: int | None = None) -> list[HistoryEntry]:
        """See `AgentDesk`."""
        rows = History.objects.filter(ticket__number=number).select_related("ticket").order_by("-pk")
        return [entry_of(row) for row in rows[:limit]]

    def participations(self, number: str) -> list[Participation]:
        """See `AgentDesk`."""
        return for_agents.participations(number)

    def choices(self) -> Choices:
        """See `AgentDesk`."""
        return for_agents.choices()

    def add_agent_reply(self, number: str, draft: ArticleDraft) -> types.Article:
        """See `AgentDesk`."""
        notify = draft.visible_for_customer
        return article_of(changes.add_reply(number, draft, HistoryType.AGENT_REPLY, notify=notify))

    def show_follow_up(self, number: str, article_id: int) -> bool:
        """See `AgentDesk`."""
        return changes.show_follow_up(number, article_id)

    def set_state(self, number: str, state: str, closed_at: datetime | None = None) -> None:
        """See `AgentDesk`."""
        changes.set_state(changes.find(number), state, closed_at)

    def set_priority(self, number: str, priority: str) -> None:
        """See `AgentDesk`."""
        changes.set_priority(changes.find(number), priority)

    def move(self, number: str, queue: str) -> None:
        """See `AgentDesk`."""
        changes.move(changes.find(number), queue)


def _opened(rows: QuerySet[ArticleAttachment]) -> tuple[types.StoredAttachment, BinaryIO] | None:
    row = rows.first()
    return (attachment_of(row), stored_files.open_kept(row.digest)) if row else None
