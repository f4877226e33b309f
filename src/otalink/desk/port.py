"""The port: what otalink asks of a ticket system, and how it says no."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import BinaryIO, Protocol

from otalink.desk.types import Article, ArticleDraft, HistoryEntry, Routing, StoredAttachment, Ticket
from otalink.sysconfig.named import Kind


class DeskError(Exception):
    """The ticket system refused; the text is one clear line for an operator."""


class TicketNotFound(DeskError):
    """There is no ticket of that number (any more)."""


class NotAccepted(DeskError):
    """There is nothing of that name, or it does not take that value; `kind` and `name` say what was named."""

    def __init__(self, kind: Kind, name: str, text: str = "") -> None:
        super().__init__(text or f"no {kind} {name!r}")
        self.kind, self.name = kind, name


class DeskUnavailable(DeskError):
    """The ticket system cannot be reached now; try again later."""


class Desk(Protocol):
    """A ticket system. Every method runs inside the caller's transaction where the desk shares our database."""

    def create_ticket(self, draft: ArticleDraft, routing: Routing) -> Ticket:
        """File `draft` as the first article of a new ticket.

        Raises:
            NotAccepted: `routing` names a queue, state, priority or dynamic field that is not there, or a value that
                a field does not take; nothing was filed.
            DeskError
        """
        ...

    def add_follow_up(self, number: str, draft: ArticleDraft, *, notify: bool = True) -> Article:
        """File `draft` on a ticket; a closed ticket opens again when its customer writes.

        `notify` is False where that must neither open the ticket nor cause mail (auto-replies). What is not visible for
        the customer does neither in any case.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def add_customer_reply(self, number: str, draft: ArticleDraft) -> Article:
        """File what the customer wrote in the portal; a closed ticket opens again.

        A message id that the desk knows already is filed no second time, however many ask at once: the article that
        has it is returned.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def find_ticket(self, number: str) -> Ticket | None:
        """The ticket of that number."""
        ...

    def find_ticket_by_message_id(self, message_ids: Sequence[str]) -> Ticket | None:
        """The ticket that holds the first of these message ids it knows (no angle brackets)."""
        ...

    def find_ticket_by_dynamic_field(self, name: str, value: str) -> Ticket | None:
        """The newest ticket whose dynamic field has exactly that value; None too where there is no such field."""
        ...

    def tickets_of(self, customer_login: str, limit: int = 200) -> list[Ticket]:
        """The tickets of a customer user, and those they take part in, last changed first."""
        ...

    def visible_articles(self, number: str) -> list[Article]:
        """The articles the customer may see, oldest first.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def accepts_recipient(self, address: str) -> bool:
        """Whether mail to this address belongs to the desk; case does not count."""
        ...

    def read_attachment(self, number: str, attachment_id: int) -> tuple[StoredAttachment, BinaryIO] | None:
        """An attachment of a visible article of that ticket, opened for reading.

        Raises:
            OSError: its bytes are gone.
        """
        ...

    def set_dynamic_field(self, number: str, name: str, value: str) -> None:
        """Set a dynamic field; a checkbox takes "1" or "0".

        Raises:
            TicketNotFound: no such ticket.
            NotAccepted: no such field, or a value it does not take.
        """
        ...

    def history_since(self, entry_id: int, limit: int = 500) -> list[HistoryEntry]:
        """History entries with an id greater than `entry_id`, oldest first."""
        ...

    def record_undeliverable(self, number: str, text: str) -> None:
        """Note in the ticket's history that mail about it could not be delivered.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def record_withheld(self, number: str, text: str) -> None:
        """Note in the ticket's history that its sender got no answer to it, and why.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def record_not_accepted(self, number: str, text: str) -> None:
        """Note in the ticket's history what its mail, or a setting, named that is not there.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def record_admission(self, number: str) -> None:
        """Note in the ticket's history that its sender was let in; this brings them the answer to a new ticket.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def participants(self, number: str) -> list[str]:
        """Logins of those who take part beside the ticket's own customer user, longest first.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def add_participant(self, number: str, customer_login: str, *, notify: bool = True) -> bool:
        """Let a customer user take part in a ticket; False if they do already, or it is theirs.

        They are mailed a link of their own unless `notify` is False.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def remove_participant(self, number: str, customer_login: str) -> bool:
        """End somebody's part in a ticket; False if they had none.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def readers(self, numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """By ticket number, the logins of its customer user (may be empty) and then of its participants."""
        ...

    def in_open_tickets(self, customer_logins: Collection[str]) -> set[str]:
        """Which of these customer users have a ticket, or take part in one, that is in no final state."""
        ...

    def access_ended(self, numbers: Iterable[str], closed_before: datetime) -> set[str]:
        """Which of these tickets are gone, or have been closed, removed or merged at or before `closed_before`."""
        ...

    def ticket_path(self, number: str) -> str:
        """Where the customer enters the ticket: a path below the base URL, or a whole URL elsewhere."""
        ...
