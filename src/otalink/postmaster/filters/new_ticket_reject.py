"""`NewTicketReject`: a mail that would open a ticket is not taken, and its sender is politely told so.

A robot gets no answer, and nobody gets more than a few a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otalink.common.languages import in_every_language
from otalink.customers.addresses import is_address, mailbox, parse
from otalink.mail.incoming import IncomingMail
from otalink.notifications.auto_replies import AutoReply, sent_today
from otalink.postmaster.authentication import permissions
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.filters.base import Context, Continue, FilterResult, Ignore, Reject
from otalink.postmaster.filters.conditions import captures, conditions
from otalink.sysconfig import store
from otalink.sysconfig.declarations import DEFAULT_LANGUAGE, UNPROVEN_TITLE
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import InvalidValue, in_language, integer, message, text

_SUBJECT = in_every_language("Your message was not accepted")
_BODY = in_every_language(
    "Thank you for writing to us. Unfortunately, we take no new requests by mail at this address, so your "
    "message was not read. If it is about a request you have made, please answer a mail about that request."
)


def _address(value: Any) -> str:
    typed = text(value)
    address = parse(typed)
    # Few mail servers take mail from an address outside ASCII.
    if address is None or not address.as_sent.isascii():
        raise InvalidValue(f"the e-mail address that auto-replies come from is needed, not {typed!r}")
    return typed


class NewTicketReject:
    """The pre-filter; without conditions it takes no new ticket at all."""

    KEYS: Mapping[str, Key[Any]] = {
        "Match": Key(conditions, {}),
        "Sender": Key(_address, ""),
        "Subject": Key(message, _SUBJECT),
        "Body": Key(message, _BODY),
        "AutoRepliesPerDay": Key(integer(0, 100), 3),
    }

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._match: dict[str, str] = config["Match"]
        self._sender: str = config["Sender"]
        self._subject: dict[str, str] = config["Subject"]
        self._body: dict[str, str] = config["Body"]
        self._most: int = config["AutoRepliesPerDay"]

    def __call__(self, mail: IncomingMail, context: Context) -> FilterResult:
        """Refuse a mail that would open a ticket and meets the conditions."""
        if not context.is_new_ticket or captures(self._match, mail) is None:
            return Continue(mail)
        if mail.automatic or not is_address(mail.author_address):
            return Ignore(f"no new ticket wanted; not answered: {mail.automatic or 'no author'}")
        if sent_today(mailbox(mail.author_address)) >= self._most:
            return Ignore(f"no new ticket wanted; not answered: {self._most} auto-replies today")
        return Reject("no new ticket wanted", self._auto_reply(mail, context.delivery))

    def _auto_reply(self, mail: IncomingMail, delivery: Delivery) -> AutoReply:
        language = mail.language or store.get(DEFAULT_LANGUAGE)
        # To an address that is not proven goes nothing that the sender chose.
        subject = mail.subject if permissions.is_proven(mail, delivery) or store.get(UNPROVEN_TITLE) else ""
        return AutoReply(
            recipient=mail.author_address,
            sender=self._sender,
            subject=f"{in_language(self._subject, language)}: {subject}".removesuffix(": ")[:250],
            text=in_language(self._body, language),
            in_reply_to=mail.message_id,
            limit_key=mailbox(mail.author_address),
        )
