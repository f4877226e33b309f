"""A real OTOBO behind the port: read by SQL, its history mirrored, written to over REST."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from django.conf import settings

from otalink.desk.port import TicketNotFound
from otalink.desk.types import Article, ArticleDraft, HistoryEntry, HistoryType, StoredAttachment, Ticket
from otalink.otobo import mirror, participants, shown_articles, ticket_changes
from otalink.otobo.reading import files, mailed, mails, tickets
from otalink.otobo.reading.tickets import OtoboTicket
from otalink.otobo.replies import queue as reply_queue
from otalink.otobo.replies import waiting
from otalink.otobo.watcher import lease


class OtoboDesk:
    """OTOBO's tickets; see `Desk` for what each method promises.

    A number of a ticket that was merged leads to the ticket that it was merged into, if both are the same customer's.
    """

    def add_customer_reply(self, number: str, draft: ArticleDraft) -> Article:
        """See `Desk`; it is queued here, and filed in OTOBO by `replies.service`."""
        return reply_queue.add(_find(number), draft)

    def add_note(self, number: str, subject: str, text: str) -> None:
        """See `Desk`; it is queued as replies are."""
        reply_queue.add_note(_find(number), subject, text)

    def find_ticket(self, number: str) -> Ticket | None:
        """See `Desk`."""
        found = tickets.follow(number)
        return found.ticket if found else None

    def find_ticket_by_message_id(self, message_ids: Sequence[str]) -> Ticket | None:
        """See `Desk`."""
        found = next(iter(mails.of(message_ids)), None)
        return self.find_ticket(found.ticket_number) if found else None

    def tickets_of(self, customer_login: str, limit: int = 200) -> list[Ticket]:
        """See `Desk`."""
        return participants.tickets_of(customer_login, limit)

    def visible_articles(self, number: str) -> list[Article]:
        """See `Desk`."""
        path = _path(number)
        # In this order: one that is filed meanwhile is on the page in any case, and once.
        waiting = reply_queue.waiting(path)
        filed = shown_articles.of(path[-1])
        return filed + reply_queue.shown(waiting, filed)

    def read_attachment(self, number: str, attachment_id: int) -> tuple[StoredAttachment, BinaryIO] | None:
        """See `Desk`."""
        path = tickets.path(number)
        if path and reply_queue.is_ours(attachment_id):
            return reply_queue.open_file(path, attachment_id)
        if not path or files.article_of(attachment_id) in shown_articles.hidden(path[-1].id):
            return None
        return files.open_visible(path[-1].ticket.number, attachment_id)

    def history_since(self, entry_id: int, limit: int = 500) -> list[HistoryEntry]:
        """See `Desk`."""
        return mirror.since(entry_id, limit)

    def record_undeliverable(self, number: str, text: str) -> None:
        """See `Desk`."""
        # Agents read no history of ours.
        self.add_note(number, "Mail was not delivered", text)
        mirror.record(number, HistoryType.UNDELIVERABLE, text=text)

    def record_withheld(self, number: str, text: str) -> None:
        """See `Desk`."""
        self.add_note(number, "No answer was sent", text)
        mirror.record(number, HistoryType.ANSWER_WITHHELD, notify=False, text=text)

    def record_admission(self, number: str) -> None:
        """See `Desk`."""
        mirror.record(number, HistoryType.SENDER_ADMITTED)

    def participants(self, number: str) -> list[str]:
        """See `Desk`."""
        return participants.logins(_find(number))

    def add_participant(self, number: str, customer_login: str, *, notify: bool = True) -> bool:
        """See `Desk`."""
        return participants.add(_find(number), customer_login, notify=notify)

    def remove_participant(self, number: str, customer_login: str) -> bool:
        """See `Desk`."""
        return participants.remove(_find(number), customer_login)

    def readers(self, numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """See `Desk`."""
        return participants.readers(numbers)

    def in_open_tickets(self, customer_logins: Collection[str]) -> set[str]:
        """See `Desk`."""
        return participants.in_open_tickets(customer_logins)

    def access_ended(self, numbers: Iterable[str], closed_before: datetime) -> set[str]:
        """See `Desk`."""
        wanted = list(numbers)
        mains = {found.ticket.number: tickets.main_of(found).ticket for found in tickets.of_numbers(wanted)}
        alive = {number for number, main in mains.items() if main.closed is None or main.closed > closed_before}
        return set(wanted) - alive

    def problems(self) -> list[str]:
        """See `Desk`."""
        return [*lease.problems(), *waiting.problems(), *ticket_changes.problems()]

    def mailed_itself(self, number: str) -> Mapping[int, Collection[str]]:
        """See `Desk`; without the relay, OTOBO's own mail holds no links."""
        return mailed.by_article([_find(number).id]) if settings.OTALINK_OTOBO_RELAY else {}

    def ticket_path(self, number: str) -> str:
        """See `Desk`."""
        return f"/tickets/{number}"


def _find(number: str) -> OtoboTicket:
    return _path(number)[-1]


def _path(number: str) -> list[OtoboTicket]:
    found = tickets.path(number)
    if not found:
        raise TicketNotFound(f"no ticket {number!r}")
    return found
