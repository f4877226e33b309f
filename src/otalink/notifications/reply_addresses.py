"""Where readers' answers come to: an address of their own for each ticket, where an operator turns that on."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from otalink.desk import reply_address
from otalink.desk.types import Ticket
from otalink.sysconfig import store
from otalink.sysconfig.declarations import SIGNED_REPLY_ADDRESS


def address_for(ticket: Ticket, login: str) -> str:
    """The address for what that reader answers on a ticket; empty where it is the queue's."""
    if not store.get(SIGNED_REPLY_ADDRESS):
        return ""
    return reply_address.make(ticket.queue_email, ticket.number, login, _key())


def is_for_one_of(logins: Iterable[str], ticket_number: str, recipients: Iterable[str]) -> bool:
    """Whether one of these addresses is what we signed for one of these readers of a ticket.

    What was signed before the setting was turned off still counts: people answer old mail.
    """
    wanted = [address for address in recipients if reply_address.ticket_number(address) == ticket_number][:_MOST]
    return any(reply_address.is_for(address, ticket_number, login, _key()) for login in logins for address in wanted)


# Addresses; whoever writes more of them into a mail is guessing.
_MOST = 10


def _key() -> bytes:
    return salted_hmac("otalink.reply_address", "", algorithm="sha256").digest()
