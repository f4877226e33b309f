"""One ticket with two readers, and everything that a reply to it, or a forgery of one, may name."""

from __future__ import annotations

from dataclasses import dataclass

from otalink.desk.types import SenderType, Ticket
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.notifications import reply_addresses
from otalink.sysconfig import store
from otalink.sysconfig.declarations import SIGNED_REPLY_ADDRESS
from tests.postmaster.filters.support import sent_mail
from tests.support import make

BOB = "bob@partner.example"
FIRST = "CAF1rst.mail=of+ann@mail.customer.example"


@dataclass(frozen=True)
class Case:
    """Ann's closed ticket, in which Bob takes part.

    `ours` are the message ids that we sent to each, `other` is one about another ticket of Ann's; `addresses` are their
    signed ones.
    """

    number: str
    ours: dict[str, tuple[str, ...]]
    other: str
    addresses: dict[str, str]

    def close(self) -> None:
        """Close the ticket, if it is open."""
        row = changes.find(self.number)
        if row.state != "closed successful":
            changes.set_state(row, "closed successful")

    @property
    def is_closed(self) -> bool:
        """Whether nobody opened it."""
        return changes.find(self.number).closed is not None


def open_case() -> Case:
    """The ticket, with a conversation on it."""
    make.customer()
    make.customer(BOB, "Bob", "Ray")
    ticket: Ticket = make.ticket(article=make.draft(message_id=FIRST))
    make.participant(ticket.number, BOB)
    MiniDesk().add_agent_reply(ticket.number, make.draft("Is it plugged in?", sender_type=SenderType.AGENT))
    ours = {login: tuple(sent_mail(ticket.number, login) for _ in range(2)) for login in (make.ANN, BOB)}
    store.set_value(SIGNED_REPLY_ADDRESS.name, True)
    addresses = {login: reply_addresses.address_for(ticket, login) for login in ours}
    other = sent_mail(make.ticket().number, make.ANN)
    found = Case(ticket.number, ours, other, addresses)
    found.close()
    return found
