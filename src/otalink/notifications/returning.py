"""Customers who write to us because no link reached them: their own mail brings them one.

Most who answer by mail have a link, or had one that a page replaces; they get nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import structlog

from otalink.customers import directory
from otalink.customers.types import BackendUnavailable
from otalink.desk.current import get_desk
from otalink.desk.port import TicketNotFound
from otalink.desk.types import HistoryEntry, HistoryType
from otalink.notifications.models import MailState, OutboxMail
from otalink.notifications.refresh import refresh_for_a_mail
from otalink.tokens import access
from otalink.tokens.models import AuditEntry, AuditEvent, Token, TokenState

_log = structlog.get_logger("otalink.notifications")
# A ticket's number and a customer user's login.
_Reader = tuple[str, str]


def mail_links(entries: Sequence[HistoryEntry]) -> int:
    """Queue a fresh link for whoever wrote one of these and has no way in; returns how many.

    Mail of robots is no reason (`HistoryEntry.notify`), and neither is what does not count as the customer's own.

    Raises:
        DeskUnavailable
    """
    written = [entry for entry in entries if entry.type is HistoryType.FOLLOW_UP and entry.notify and entry.article_id]
    if not written:
        return 0
    shut_out = _shut_out({entry.ticket_number for entry in written})
    known = set(OutboxMail.objects.filter(history_id__in=[entry.id for entry in written]).values_list("history_id"))
    asked = [entry for entry in written if (entry.id,) not in known]
    return sum(_mail_link(entry, shut_out) for entry in asked)


def _mail_link(entry: HistoryEntry, shut_out: set[_Reader]) -> int:
    try:
        return sum(refresh_for_a_mail(entry.ticket_number, login, entry.id) for login in _authors(entry, shut_out))
    except BackendUnavailable as error:
        # Everybody else's mail does not wait for this directory.
        _log.warning("no link for whoever wrote", ticket=entry.ticket_number, error=str(error))
        return 0


def _shut_out(numbers: Collection[str]) -> set[_Reader]:
    """Who was promised a link to one of these tickets and has none: refused, withdrawn, too old, or not mailed."""
    newest: dict[_Reader, Token] = {
        (token.ticket_number, token.customer_login): token
        for token in Token.objects.filter(ticket_number__in=numbers).order_by("pk")
    }
    ended = {reader for reader, token in newest.items() if _is_ended(token)}
    mails = OutboxMail.objects.filter(ticket_number__in=numbers).exclude(customer_login="")
    unsent = mails.filter(state__in=(MailState.FAILED, MailState.DROPPED))
    ended |= {reader for reader in unsent.values_list("ticket_number", "customer_login") if reader not in newest}
    told = AuditEntry.objects.filter(ticket_number__in=numbers, event=AuditEvent.NOT_MAILED)
    ended |= {
        (number, login)
        for number, login, when in told.values_list("ticket_number", "customer_login", "created")
        if (number, login) not in newest or newest[number, login].created < when
    }
    # What is on its way already brings a link.
    return ended - set(mails.filter(state=MailState.QUEUED).values_list("ticket_number", "customer_login"))


def _is_ended(token: Token) -> bool:
    return token.state == TokenState.REVOKED or token.created <= access.oldest_link()


def _authors(entry: HistoryEntry, shut_out: set[_Reader]) -> list[str]:
    """The login of whoever wrote the entry's article, if they are among those."""
    logins = {login for number, login in shut_out if number == entry.ticket_number}
    if not logins:
        return []
    try:
        articles = get_desk().visible_articles(entry.ticket_number)
    except TicketNotFound:
        return []
    addresses = [article.from_address for article in articles if article.id == entry.article_id]
    return [user.login for address in addresses for user in directory.find_by_email(address) if user.login in logins]
