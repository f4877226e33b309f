"""Whether a mail belongs to a ticket that is there already, and whether its customer wrote it."""

from __future__ import annotations

import re

from otalink.customers.addresses import normal
from otalink.desk.current import get_desk
from otalink.desk.types import Ticket
from otalink.mail.incoming import IncomingMail
from otalink.notifications import outbox
from otalink.postmaster.senders import customer_users_of

_TAG = re.compile(r"Ticket#:?\s{0,3}(\d{10,50})(?!\d)", re.IGNORECASE)
# A subject with more numbers than this wants to keep the database busy.
_MAX_TAGS = 5


def find_ticket(mail: IncomingMail) -> Ticket | None:
    """The ticket that a mail continues: by the tag in its subject, then by the mails it refers to or reports on."""
    desk = get_desk()
    for number in list(dict.fromkeys(_TAG.findall(mail.subject)))[:_MAX_TAGS]:
        if ticket := desk.find_ticket(number):
            return ticket
    referred = _referred_ids(mail)
    if not referred:
        return None
    if ticket := desk.find_ticket_by_message_id(referred):
        return ticket
    number = outbox.ticket_of_message_ids(referred)
    return desk.find_ticket(number) if number else None


def is_by_customer(mail: IncomingMail, ticket: Ticket) -> bool:
    """Whether the author is the ticket's customer user or takes part in it, as far as a mail can say.

    Somebody else may have been forwarded a mail: what they write is for the agents, and signs nobody in.
    """
    address = normal(mail.author_address)
    if not address or not ticket.customer_login:
        return False
    logins = {user.login.lower() for user in customer_users_of(address)}
    readers = {ticket.customer_login, *get_desk().participants(ticket.number)}
    return not (logins or {address}).isdisjoint(login.lower() for login in readers)


def _referred_ids(mail: IncomingMail) -> list[str]:
    """The message ids that a mail refers to, the nearest first."""
    ids = [*mail.reported_ids, mail.in_reply_to, *reversed(mail.references)]
    return list(dict.fromkeys(message_id for message_id in ids if message_id))[:100]
