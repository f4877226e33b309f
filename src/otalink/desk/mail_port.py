"""The intake's part of the port: what a desk offers whose mail comes in through us."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from otalink.desk.port import Desk
from otalink.desk.types import Article, ArticleDraft, Routing, Ticket


@runtime_checkable
class MailDesk(Desk, Protocol):
    """A desk that our intake files mail in, in the transaction of the mail.

    One that takes its mail itself is a `Desk` alone.
    """

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

    def find_ticket_by_dynamic_field(self, name: str, value: str) -> Ticket | None:
        """The newest ticket whose dynamic field has exactly that value; None too where there is no such field."""
        ...

    def accepts_recipient(self, address: str) -> bool:
        """Whether mail to this address belongs to the desk; case does not count."""
        ...

    def set_dynamic_field(self, number: str, name: str, value: str) -> None:
        """Set a dynamic field; a checkbox takes "1" or "0".

        Raises:
            TicketNotFound: no such ticket.
            NotAccepted: no such field, or a value it does not take.
        """
        ...

    def record_not_accepted(self, number: str, text: str) -> None:
        """Note in the ticket's history what its mail, or a setting, named that is not there.

        Raises:
            TicketNotFound: no such ticket.
        """
        ...
