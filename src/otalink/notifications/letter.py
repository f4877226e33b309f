"""What a queued mail is about: its ticket, its reader, its text, decided at the moment it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.customers import directory, provisional
from otalink.customers.addresses import normal
from otalink.customers.types import CustomerUser
from otalink.desk.current import get_desk
from otalink.desk.port import TicketNotFound
from otalink.desk.types import Article, Proof, SenderType, Ticket
from otalink.notifications import reply_addresses, templates
from otalink.notifications.models import NotificationEvent, OutboxMail
from otalink.notifications.templates import Template
from otalink.sysconfig import store
from otalink.sysconfig.declarations import MAX_EMAILS, MAX_EMAILS_PER_ADDRESS, UNPROVEN_TITLE
from otalink.tokens import access

_WITHIN = timedelta(days=1)
_MAILED = (
    "SELECT COUNT(*) FROM notifications_outboxmail WHERE customer_login = %s AND event = %s AND sent_at > %s "
    "AND ticket_number <> %s"
)


class NothingToSend(Exception):
    """Nobody is there to write to, or nothing to tell them; the text says why."""


class NobodyThere(NothingToSend):
    """Whoever should read it is no customer user, or a disabled one."""


class Withheld(NothingToSend):
    """They had enough mail; agents should know that this one did not go."""


@dataclass(frozen=True)
class Letter:
    """Everything a mail is composed from but its link.

    `agent_article` is the reply the mail is about, else the newest visible one; `customer_article` the customer's
    newest. `gets_token` says whether its link signs in by itself, `is_proven` whether the customer's address is proven,
    so that the mail may say what the ticket's sender wrote; `shows_title` whether it may carry at least the title.
    `reply_address` is where the reader's answer comes, empty where that is the queue.
    """

    mail: OutboxMail
    ticket: Ticket
    customer: CustomerUser
    template: Template
    agent_article: Article | None
    customer_article: Article | None
    gets_token: bool
    reply_address: str = ""
    is_proven: bool = True
    shows_title: bool = True


def prepare(mail: OutboxMail) -> Letter:
    """Look up what a mail needs.

    Raises:
        NothingToSend, NobodyThere
        BackendUnavailable, DeskUnavailable: try again later.
    """
    event = NotificationEvent(mail.event)
    ticket = get_desk().find_ticket(mail.ticket_number)
    if ticket is None:
        raise NothingToSend("the ticket is gone")
    if mail.participant and mail.participant not in get_desk().participants(ticket.number):
        raise NothingToSend("they take part no more")
    articles = _visible_articles(ticket.number)
    customer = _reader(mail, ticket, articles)
    may_access = access.is_open_to(ticket, customer)
    # A reply that closes its ticket is still told where access ends at the close; only no link goes with it.
    if not may_access and event is not NotificationEvent.AGENT_REPLIED:
        raise NothingToSend("access to the ticket has ended")
    is_proven = _is_proven(ticket, customer, articles)
    if event is NotificationEvent.TICKET_CREATED and _had_enough(mail, customer, is_proven=is_proven):
        raise Withheld("enough tickets of theirs were answered within a day")
    template = templates.choose(event, customer.language, is_closed=not may_access)
    gets_token = may_access and template.uses_link and not customer.has_password
    return Letter(
        mail=mail,
        ticket=ticket,
        customer=customer,
        template=templates.completed(template) if gets_token else template,
        agent_article=_agent_article(mail, articles),
        customer_article=_newest(articles, SenderType.CUSTOMER),
        gets_token=gets_token,
        reply_address=reply_addresses.address_for(ticket, customer.login),
        is_proven=is_proven,
        shows_title=is_proven or store.get(UNPROVEN_TITLE),
    )


def _reader(mail: OutboxMail, ticket: Ticket, articles: list[Article]) -> CustomerUser:
    """Whoever is to be told by us."""
    login = mail.customer_login or ticket.customer_login
    customer = directory.find_valid(login)
    if _is_mailed_by_desk(mail, customer, articles):
        raise NothingToSend("the desk mailed them itself")
    if customer is None:
        raise NobodyThere(f"{login or 'nobody'} is no valid customer user")
    return customer


def _is_proven(ticket: Ticket, customer: CustomerUser, articles: list[Article]) -> bool:
    """Whether the reader wrote the ticket, or its sender was at least not forged and the reader reads that mailbox.

    A mail that was checked in vain may be forged in the name of somebody well known: its words go to nobody before they
    opened this very ticket; what its domain calls forged never goes.
    """
    first = next(iter(articles), None)
    proof = first.authentication.proof if first else Proof.UNCHECKED
    if first and proof is Proof.PROVEN and normal(first.from_address) == normal(customer.email):
        return True
    if proof in {Proof.UNPROVEN, Proof.UNDECIDED}:
        return access.has_redeemed(ticket.number, customer.login)
    return proof is not Proof.DENIED and not provisional.is_unproven(customer.login)


def _had_enough(mail: OutboxMail, customer: CustomerUser, *, is_proven: bool) -> bool:
    event, since = NotificationEvent.TICKET_CREATED.value, timezone.now() - _WITHIN
    ((mailed,),) = prepared_sql.fetch(_MAILED, customer.login, event, since, mail.ticket_number)
    most = store.get(MAX_EMAILS_PER_ADDRESS).get(customer.email.lower(), store.get(MAX_EMAILS))
    # Intake knows a robot or an address that did not ask sooner; this holds whatever way the tickets came, as when an
    # agent's reply lets somebody in on a hundred tickets.
    return int(mailed) >= (most if is_proven else min(most, 1))


def _visible_articles(number: str) -> list[Article]:
    try:
        return get_desk().visible_articles(number)
    except TicketNotFound:
        raise NothingToSend("the ticket is gone") from None


def plain_link(number: str) -> str:
    """The URL of a ticket, which signs nobody in."""
    path = get_desk().ticket_path(number)
    return f"{settings.OTALINK_BASE_URL}{path}" if path.startswith("/") else path


def _is_mailed_by_desk(mail: OutboxMail, customer: CustomerUser | None, articles: list[Article]) -> bool:
    """Whether the desk mails them itself for the same reason, or, where they are no customer user, anybody at all.

    Whoever was let in later could do nothing with what it wrote before; the reply that let them in is enough.
    """
    if mail.event not in {NotificationEvent.TICKET_CREATED, NotificationEvent.AGENT_REPLIED}:
        return False
    mailed = get_desk().mailed_itself(mail.ticket_number)
    causes = [mail.article_id] if mail.article_id else [a.id for a in articles if a.sender_type is SenderType.AGENT]
    addresses = {address for cause in causes for address in mailed.get(cause, ())}
    return normal(customer.email) in addresses if customer else bool(addresses)


def _agent_article(mail: OutboxMail, articles: list[Article]) -> Article | None:
    if mail.event != NotificationEvent.AGENT_REPLIED:
        return _newest(articles, SenderType.AGENT)
    article = next((article for article in articles if article.id == mail.article_id), None)
    if article is None:
        raise NothingToSend("the customer may not see the article")
    return article


def _newest(articles: list[Article], sender_type: SenderType) -> Article | None:
    return next((article for article in reversed(articles) if article.sender_type is sender_type), None)
