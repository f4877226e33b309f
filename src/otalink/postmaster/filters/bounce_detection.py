"""`050-BounceDetection`: a mail of ours came back. It belongs to its ticket, and its address gets no more links.

Anybody can write what looks like a bounce, so only one that names the message id of a mail we sent counts; nobody but
its reader's mail servers knows that. The address is that reader's, whatever the bounce says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from otalink.customers import directory
from otalink.desk.current import get_desk
from otalink.desk.types import Ticket
from otalink.mail.incoming import IncomingMail
from otalink.notifications import outbox, undeliverable
from otalink.postmaster.filters.base import Context, Continue, FilterResult
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import boolean
from otalink.tokens import issue

_STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_ACTION = re.compile(r"(?mi)^action:\s*failed\b")
_STATUS = re.compile(r"(?mi)^status:\s*(5\.\d{1,3}\.\d{1,3})")
_DIAGNOSTIC = re.compile(r"(?mi)^diagnostic-code:\s*(.{1,300})")
# A full mailbox is emptied, and a mail too large for it says nothing of the next.
_PASSING = {"5.2.2", "5.2.3", "5.3.4"}
# From systems that know no report format: the mail's headers, or some of them, stand in the text.
_QUOTED_ID = re.compile(r"(?mi)^[>\s]{0,10}message-id:\s*<([^<>\s]{1,250})>")
_TOLD = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b|\b55[0-4]\b")
_MOST_TEXT = 100_000


class BounceDetection:
    """The pre-filter, and the one that finds the ticket of a bounce."""

    KEYS: Mapping[str, Key[Any]] = {"MarkUndeliverable": Key(boolean, default=True)}

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._marks: bool = config["MarkUndeliverable"]

    def find_ticket(self, mail: IncomingMail) -> Ticket | None:
        """The ticket that a mail of ours was about which a mail system reports on."""
        number = outbox.ticket_of_message_ids(_reported(mail))
        return get_desk().find_ticket(number) if number else None

    def __call__(self, mail: IncomingMail, _context: Context) -> FilterResult:
        """Mark the address of a mail that came back; forget the mark when a person writes."""
        if not mail.automatic:
            if self._marks and mail.author_address:
                undeliverable.clear(mail.author_address)
            return Continue(mail)
        if _is_failed(mail):
            _take_link_back(mail)
        failure = _failure(mail) if self._marks else ""
        if failure:
            _mark(mail, failure)
        return Continue(mail)


def _take_link_back(mail: IncomingMail) -> None:
    """Nobody has the link in a mail that came back; left alive, it would keep older links from bringing a fresh one."""
    sent = outbox.find_sent(_reported(mail))
    if sent and sent.customer_login and outbox.is_newest(sent):
        issue.revoke(sent.ticket_number, sent.customer_login)


def _mark(mail: IncomingMail, failure: str) -> None:
    sent = outbox.find_sent(_reported(mail))
    reader = directory.find_by_login(sent.customer_login) if sent and sent.customer_login else None
    if sent is None or reader is None or not reader.email:
        return
    undeliverable.mark(reader.email, failure)
    get_desk().record_undeliverable(sent.ticket_number, f"{reader.email}: {failure}")


def _reported(mail: IncomingMail) -> list[str]:
    """The message ids of the mails that a mail system reports on."""
    if not mail.automatic:
        return []
    quoted = _QUOTED_ID.findall(mail.text[:_MOST_TEXT]) if _is_mail_system(mail) else []
    return [*mail.reported_ids, *quoted[:10]]


def _reports(mail: IncomingMail) -> list[str]:
    contents = (file.content for file in mail.attachments if file.content_type in _STATUS_TYPES)
    return [content[:_MOST_TEXT].decode("utf-8", "replace") for content in contents]


def _is_failed(mail: IncomingMail) -> bool:
    """Whether the mail did not arrive, for good or because of something that passes."""
    return any(_ACTION.search(report) for report in _reports(mail)) or bool(_failure(mail))


def _failure(mail: IncomingMail) -> str:
    """Why mail will never arrive there, as the report says; empty where it says something else."""
    reports = _reports(mail)
    for report in reports:
        status = _STATUS.search(report)
        if _ACTION.search(report) and status and status[1] not in _PASSING:
            diagnostic = _DIAGNOSTIC.search(report)
            return " ".join((diagnostic[1] if diagnostic else status[1]).split())
    told = _TOLD.search(mail.text[:_MOST_TEXT]) if not reports and _is_mail_system(mail) else None
    return told[0] if told and told[0] not in _PASSING else ""


def _is_mail_system(mail: IncomingMail) -> bool:
    return mail.author_address.lower().partition("@")[0] in {"mailer-daemon", "postmaster"}
