"""The port: what otalink asks of a ticket system, and how it says no."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO, Protocol

from otalink.desk.types import Article, ArticleDraft, HistoryEntry, StoredAttachment, Ticket
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


class RepliesRefused(DeskError):
    """The ticket is closed, and its queue takes no replies on closed tickets; nothing was filed."""


class DeskUnavailable(DeskError):
    """The ticket system cannot be reached now; try again later."""


class Desk(Protocol):
    """A ticket system.

    What a method writes is kept by the caller's transaction: in the desk itself where that shares our database, else
    with us, until it is done there. Its reading may wait for another system; whoever holds locks asks beforehand.
    Any method may raise `DeskUnavailable`.
    """

    def add_customer_reply(self, number: str, draft: ArticleDraft) -> Article:
        """File what the customer wrote in the portal; a closed ticket opens again, as far as its queue allows.

        A desk that is another system gets it as soon as it can be reached; until then it is kept durably, and shown.

        Once this commits, the reply is among `visible_articles` and reaches the desk. A message id that the desk knows
        already is filed no second time, however many ask at once: the article that has it is returned.

        Raises:
            TicketNotFound: no such ticket.
            RepliesRefused: a closed ticket, whose queue takes no replies.
        """
        ...

    def add_note(self, number: str, subject: str, text: str) -> None:
        """Tell agents something on a ticket; customers do not see it.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...

    def find_ticket(self, number: str) -> Ticket | None:
        """The ticket of that number, or the one that it was merged into where that is the same customer's."""
        ...

    def find_ticket_by_message_id(self, message_ids: Sequence[str]) -> Ticket | None:
        """The ticket that holds the first of these message ids it knows (no angle brackets)."""
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

    def read_attachment(self, number: str, attachment_id: int) -> tuple[StoredAttachment, BinaryIO] | None:
        """An attachment of a visible article of that ticket, opened for reading.

        Raises:
            OSError: its bytes are gone.
        """
        ...

    def history_since(self, entry_id: int, limit: int = 500) -> list[HistoryEntry]:
        """History entries with an id greater than `entry_id`, oldest first; `created` is by our own clock."""
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

    def problems(self) -> list[str]:
        """What keeps the desk from being read or written now, a line each for an operator; asks no other system."""
        ...

    def mailed_itself(self, number: str) -> Mapping[int, Collection[str]]:
        """By article id, the addresses in normal form that the desk itself mails because of it, with their link."""
        ...

    def ticket_path(self, number: str) -> str:
        """Where the customer enters the ticket: a path below the base URL, or a whole URL elsewhere."""
        ...
