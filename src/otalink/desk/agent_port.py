"""The agents' part of the port: what a desk offers whose agents work in our pages and commands."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO, Protocol, runtime_checkable

from otalink.desk.agent_types import AgentArticle, Choices, FieldValue, ListedTicket, Participation, TicketSearch
from otalink.desk.mail_port import MailDesk
from otalink.desk.types import Article, ArticleDraft, HistoryEntry, StoredAttachment


@runtime_checkable
class AgentDesk(MailDesk, Protocol):
    """A desk with its agents in our pages; one whose agents work in another system is a `Desk` alone.

    What reads of a ticket that is not there finds nothing.
    """

    def count_tickets(self, search: TicketSearch) -> int:
        """How many tickets there are of that kind."""
        ...

    def find_tickets(self, search: TicketSearch, start: int, limit: int) -> list[ListedTicket]:
        """Tickets of that kind, last changed first, from the one with index `start`."""
        ...

    def all_articles(self, number: str) -> list[AgentArticle]:
        """Every article, internal ones included, oldest first."""
        ...

    def read_any_attachment(self, number: str, attachment_id: int) -> tuple[StoredAttachment, BinaryIO] | None:
        """An attachment of any article of that ticket, opened for reading.

        Raises:
            OSError: its bytes are gone.
        """
        ...

    def read_original(self, number: str, article_id: int) -> BinaryIO | None:
        """The mail that an article of that ticket was made of, opened for reading; None where it was no mail.

        Raises:
            OSError: its bytes are gone.
        """
        ...

    def dynamic_fields(self, number: str) -> list[FieldValue]:
        """The dynamic fields that the ticket has a value for, by name."""
        ...

    def history(self, number: str, limit: int | None = None) -> list[HistoryEntry]:
        """The history of one ticket, newest first; all of it without a `limit`."""
        ...

    def participations(self, number: str) -> list[Participation]:
        """Who takes part beside the ticket's own customer user, longest first."""
        ...

    def choices(self) -> Choices:
        """The states, priorities and queues that a ticket may have."""
        ...

    def add_agent_reply(self, number: str, draft: ArticleDraft) -> Article:
        """File what an agent wrote; it opens a new ticket, and is mailed if the customer may see it.

        A message id that the desk knows already is filed no second time, however many ask at once: the article that
        has it is returned.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def show_follow_up(self, number: str, article_id: int) -> bool:
        """Make a follow-up that is not proven the customer's own word: it does now what it would have done then.

        False for one that may not become that, or is it already, and for an article of another ticket.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def set_state(self, number: str, state: str, closed_at: datetime | None = None) -> None:
        """Change the state; `closed_at` dates a close, also an earlier one, else the first close counts.

        Raises:
            TicketNotFound: no such ticket.
            NotAccepted: no such state.
        """
        ...

    def set_priority(self, number: str, priority: str) -> None:
        """Change how urgent a ticket is.

        Raises:
            TicketNotFound: no such ticket.
            NotAccepted: no such priority.
        """
        ...

    def move(self, number: str, queue: str) -> None:
        """Put a ticket into the queue of that name.

        Raises:
            TicketNotFound: no such ticket.
            NotAccepted: no such queue.
        """
        ...
