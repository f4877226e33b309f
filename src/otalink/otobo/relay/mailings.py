"""What a mail of OTOBO's is about: its Message-ID is stored with the article before it leaves."""

from __future__ import annotations

from dataclasses import dataclass

from otalink.desk.types import Ticket
from otalink.otobo.reading import mails, tickets
from otalink.otobo.relay.ticket_links import TicketKey


@dataclass(frozen=True)
class Mailing:
    """A mail about an article. `key` is how links in it name its ticket, `ticket` the one that they lead to now."""

    ticket: Ticket
    key: TicketKey
    article_id: int


def find(message_id: str) -> Mailing | None:
    """The ticket and article of a mail, by its message id without angle brackets; None for mail to agents.

    Raises:
        DeskUnavailable
    """
    filed = mails.find(message_id)
    found = tickets.find_by_id(filed.ticket_id) if filed else None
    if filed is None or found is None:
        return None
    return Mailing(tickets.main_of(found).ticket, TicketKey(filed.ticket_number, filed.ticket_id), filed.article_id)
