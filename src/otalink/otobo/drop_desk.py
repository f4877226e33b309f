"""OTOBO as a desk whose mail comes in through us: what we filed, it fetches from the drop."""

from __future__ import annotations

from otalink.desk.port import NotAccepted
from otalink.desk.types import Article, ArticleDraft, Routing, Ticket
from otalink.otobo.desk import OtoboDesk
from otalink.otobo.pop3 import filing
from otalink.otobo.reading import queues
from otalink.sysconfig.named import Kind


class DropDesk(OtoboDesk):
    """The same tickets, and a place to put mail for them; see `MailDesk`."""

    def create_ticket(self, draft: ArticleDraft, routing: Routing) -> Ticket:
        """See `MailDesk`; OTOBO opens it once it has fetched the mail, so that nobody knows its number yet."""
        return filing.put_new(draft, routing)

    def add_follow_up(self, number: str, draft: ArticleDraft, *, notify: bool = True) -> Article:  # noqa: ARG002
        """See `MailDesk`; OTOBO files it once it has fetched the mail, and the watcher decides who is told."""
        return filing.put_follow_up(number, draft)

    def find_ticket_by_dynamic_field(self, name: str, value: str) -> Ticket | None:  # noqa: ARG002
        """See `MailDesk`; OTOBO's own pre-filters look for those."""
        return None

    def accepts_recipient(self, address: str) -> bool:
        """See `MailDesk`."""
        return queues.accepts(address)

    def set_dynamic_field(self, number: str, name: str, value: str) -> None:  # noqa: ARG002
        """See `MailDesk`; a new ticket's come with its mail."""
        raise NotAccepted(Kind.FIELD, name)

    def record_not_accepted(self, number: str, text: str) -> None:
        """See `MailDesk`."""
        if number:
            self.add_note(number, "Named what is not there", text)

    def record_withheld(self, number: str, text: str) -> None:
        """See `Desk`; a ticket that OTOBO has not opened yet has no place for it."""
        if number:
            super().record_withheld(number, text)
