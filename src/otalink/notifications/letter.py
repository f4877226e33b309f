"""What a queued mail is about: its ticket, its reader, its text, decided at the moment it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from otalink.customers import directory
from otalink.customers.types import CustomerUser
from otalink.desk.current import get_desk
from otalink.desk.port import TicketNotFound
from otalink.desk.types import Article, SenderType, Ticket
from otalink.notifications import templates
from otalink.notifications.models import NotificationEvent, OutboxMail
from otalink.notifications.templates import Template
from otalink.sysconfig import store
from otalink.sysconfig.declarations import MAX_EMAILS, MAX_EMAILS_PER_ADDRESS
from otalink.tokens import access

_WITHIN = timedelta(days=1)


class NothingToSend(Exception):
    """Nobody is there to write to, or nothing to tell them; the text says why."""


class NobodyThere(NothingToSend):
    """Whoever should read it is no customer user, or a disabled one."""


@dataclass(frozen=True)
class Letter:
    """Everything a mail is composed from but its link.

    `agent_article` is the reply the mail is about, else the newest visible one; `customer_article` the customer's
    newest. `gets_token` says whether its link signs in by itself.
    """

    mail: OutboxMail
    ticket: Ticket
    customer: CustomerUser
    template: Template
    agent_article: Article | None
    customer_article: Article | None
    gets_token: bool


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
    customer = directory.find_valid(mail.customer_login or ticket.customer_login)
    if customer is None:
        login = mail.customer_login or ticket.customer_login or "nobody"
        raise NobodyThere(f"{login} is no valid customer user")
    may_access = access.may_access(ticket.number, customer.login)
    # A reply that closes its ticket is still told where access ends at the close; only no link goes with it.
    if not may_access and event is not NotificationEvent.AGENT_REPLIED:
        raise NothingToSend("access to the ticket has ended")
    if event is NotificationEvent.TICKET_CREATED and _had_enough(customer):
        raise NothingToSend("enough tickets of theirs were answered within a day")
    articles = _visible_articles(ticket.number)
    template = templates.choose(event, customer.language, is_closed=not may_access)
    return Letter(
        mail=mail,
        ticket=ticket,
        customer=customer,
        template=template,
        agent_article=_agent_article(mail, articles),
        customer_article=_newest(articles, SenderType.CUSTOMER),
        gets_token=may_access and template.uses_link and not customer.has_password,
    )


def _had_enough(customer: CustomerUser) -> bool:
    mailed = OutboxMail.objects.filter(
        customer_login=customer.login, event=NotificationEvent.TICKET_CREATED, sent_at__gt=timezone.now() - _WITHIN
    )
    # Intake knows a robot sooner; this holds whatever way the tickets came.
    return mailed.count() >= store.get(MAX_EMAILS_PER_ADDRESS).get(customer.email.lower(), store.get(MAX_EMAILS))


def _visible_articles(number: str) -> list[Article]:
    try:
        return get_desk().visible_articles(number)
    except TicketNotFound:
        raise NothingToSend("the ticket is gone") from None


def _agent_article(mail: OutboxMail, articles: list[Article]) -> Article | None:
    if mail.event != NotificationEvent.AGENT_REPLIED:
        return _newest(articles, SenderType.AGENT)
    article = next((article for article in articles if article.id == mail.article_id), None)
    if article is None:
        raise NothingToSend("the customer may not see the article")
    return article


def _newest(articles: list[Article], sender_type: SenderType) -> Article | None:
    return next((article for article in reversed(articles) if article.sender_type is sender_type), None)
