"""Whether a mail belongs to a ticket that is there already, and whose word it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from otalink.customers.addresses import normal
from otalink.desk import reply_address
from otalink.desk.current import get_desk
from otalink.desk.standing import Facts, judge
from otalink.desk.types import Proof, Standing, Ticket
from otalink.mail.headers import decode_words
from otalink.mail.incoming import IncomingMail
from otalink.notifications import message_ids, outbox, reply_addresses
from otalink.postmaster.authentication import domains, permissions
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.senders import customer_users_of

_TAG = re.compile(r"Ticket#:?\s{0,3}(\d{10,50})(?!\d)", re.IGNORECASE)
# A mail with more numbers than this wants to keep the database busy.
_MAX_TAGS = 5
# Characters of the headers that name what a mail answers.
_MOST_REFERENCES = 100_000


def find_ticket(mail: IncomingMail, delivery: Delivery) -> Ticket | None:
    """The ticket that a mail continues.

    It is found by the tag in its subject, by the signed address it came to, then by what it refers to or reports on.
    """
    desk = get_desk()
    for number in _numbers(mail, delivery):
        if ticket := desk.find_ticket(number):
            return ticket
    referred = _referred_ids(mail)
    if not referred:
        return None
    if ticket := desk.find_ticket_by_message_id(referred):
        return ticket
    number = outbox.ticket_of_message_ids(referred)
    return desk.find_ticket(number) if number else None


def standing(mail: IncomingMail, delivery: Delivery, ticket: Ticket, *, by_colleague: bool = False) -> Standing:
    """Whose word a follow-up is; `by_colleague` where its author counts as a reader without being one.

    Raises:
        BackendUnavailable: a customer user backend could not be asked.
    """
    readers, proof = _readers_behind(mail, ticket), _proof(mail)
    facts = Facts(
        by_reader=bool(readers) or by_colleague,
        proof=proof,
        vouched=delivery.vouched,
        needs_checks=permissions.follow_up_needs_checks(),
    )
    if not readers or proof in {Proof.PROVEN, Proof.DENIED}:
        return judge(facts)
    return judge(
        replace(
            facts,
            answers_ours=not readers.isdisjoint(outbox.readers_of(_own_ids(mail), ticket.number)),
            at_signed_address=reply_addresses.is_for_one_of(readers, ticket.number, _recipients(mail, delivery)),
        )
    )


def _readers_behind(mail: IncomingMail, ticket: Ticket) -> set[str]:
    """The logins, in lower case, that the author has among the ticket's customer user and participants.

    Somebody else may have been forwarded a mail: what they write is for the agents, and signs nobody in.
    """
    address = normal(mail.author_address)
    if not address or not ticket.customer_login:
        return set()
    logins = {user.login.lower() for user in customer_users_of(address)}
    readers = {ticket.customer_login, *get_desk().participants(ticket.number)}
    return (logins or {address}) & {login.lower() for login in readers}


def _proof(mail: IncomingMail) -> Proof:
    """What the checks say of the author; nothing good where a pre-filter made another of them since."""
    known = mail.authentication
    is_about_author = known.domain == domains.of_address(mail.author_address)
    return known.proof if is_about_author or known.proof is not Proof.PROVEN else Proof.UNPROVEN


def _numbers(mail: IncomingMail, delivery: Delivery) -> list[str]:
    found = [*_TAG.findall(mail.subject), *map(reply_address.ticket_number, _recipients(mail, delivery))]
    return list(dict.fromkeys(number for number in found if number))[:_MAX_TAGS]


def _recipients(mail: IncomingMail, delivery: Delivery) -> Iterator[str]:
    return (address for address in (*delivery.recipients, *mail.recipients) if "+" in address)


def _own_ids(mail: IncomingMail) -> list[str]:
    """The message ids of ours that a mail answers, also where its program broke a long one in two."""
    values = (mail.headers.all(name) for name in ("references", "in-reply-to"))
    return message_ids.own(" ".join(decode_words(" ".join(value)[-_MOST_REFERENCES:]) for value in values))


def _referred_ids(mail: IncomingMail) -> list[str]:
    """The message ids that a mail refers to, the nearest first."""
    ids = [*mail.reported_ids, mail.in_reply_to, *reversed(mail.references), *reversed(_own_ids(mail))]
    return list(dict.fromkeys(message_id for message_id in ids if message_id))[:100]
