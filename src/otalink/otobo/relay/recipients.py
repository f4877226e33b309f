"""What each envelope recipient's copy holds: their own link where they may read the ticket, else its plain address."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from otalink.common.languages import LANGUAGES
from otalink.customers import directory
from otalink.customers.addresses import normal
from otalink.customers.types import CustomerUser
from otalink.notifications.letter import plain_link
from otalink.notifications.models import PassedOnContent
from otalink.notifications.passed_on.copies import Copy
from otalink.notifications.transport.mailer import TemporaryFailure
from otalink.otobo.relay import copies, mailings, received
from otalink.otobo.relay.copies import Original
from otalink.otobo.relay.mailings import Mailing
from otalink.otobo.relay.ticket_links import Link, TicketKey
from otalink.otobo.watcher import progress
from otalink.sysconfig import declarations, store
from otalink.tokens import access, redact
from otalink.tokens.issue import Issued

# So long a mail waits for its reader to become a customer user; what makes them one needs seconds.
_WAIT = timedelta(minutes=2)
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^<>\s]{1,250})>", re.IGNORECASE | re.MULTILINE)


def copy_for(raw: bytes, content: PassedOnContent) -> Copy:
    """What a recipient gets.

    Raises:
        DeskUnavailable, BackendUnavailable
        TemporaryFailure: who they are is decided in a moment.
    """
    original, id_ = copies.read(raw), content.mail.message_id
    mailing = _mailing(raw)
    if mailing is None:
        unknown = Link(TicketKey(""), settings.OTALINK_BASE_URL)
        return Copy(lambda _: _written(original, unknown, id_))
    reader = _reader(mailing, content)
    language = _language(reader) if reader else ""

    def written(issued: Issued | None) -> bytes:
        plain = Link(mailing.key, plain_link(mailing.ticket.number))
        mail = _written(original, _personal(mailing.key, issued) if issued else plain, id_, language)
        return received.referring(mail, id_ if reader else "")

    return Copy(
        written,
        ticket_number=mailing.ticket.number,
        article_id=mailing.article_id,
        customer_login=reader.login if reader else "",
        gets_token=reader is not None and not reader.has_password and original.holds_link(mailing.key),
    )


def _mailing(raw: bytes) -> Mailing | None:
    found = _MESSAGE_ID.search(raw.partition(b"\r\n\r\n")[0])
    return mailings.find(found[1].decode("ascii", "replace")) if found else None


def _reader(mailing: Mailing, content: PassedOnContent) -> CustomerUser | None:
    """The recipient, if they may read the ticket; whose ticket it is before others with the same address."""
    users = [user for user in directory.find_by_email(content.recipient) if user.valid]
    users.sort(key=lambda user: user.login.lower() != mailing.ticket.customer_login.lower())
    is_theirs = normal(mailing.ticket.customer_login) == normal(content.recipient)
    if is_theirs and not users and _may_become_one(mailing, content):
        raise TemporaryFailure("the recipient is about to become a customer user")
    return next((user for user in users if access.is_open_to(mailing.ticket, user)), None)


def _may_become_one(mailing: Mailing, content: PassedOnContent) -> bool:
    # After an outage, mail may be passed on before the history of that time is read.
    return content.mail.created > timezone.now() - _WAIT or progress.is_undecided(mailing.key.id)


def _personal(key: TicketKey, issued: Issued) -> Link:
    return Link(key, issued.url, personal=True, code=issued.code, not_me=f"{issued.url}/not-me")


def _written(original: Original, link: Link, id_: str, language: str = "") -> bytes:
    # Who quotes our mail quotes their link; it must not reach those who get the answer.
    return received.traced(original.copy(link, language, redact.without_secrets), id_)


def _language(reader: CustomerUser) -> str:
    wanted = (reader.language, store.get(declarations.DEFAULT_LANGUAGE))
    codes = (code.lower().replace("_", "-").partition("-")[0] for code in wanted)
    return next((code for code in codes if code in LANGUAGES), "en")
