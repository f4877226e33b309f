"""Which of OTOBO's visible articles our page shows: OTOBO shows whatever anybody mailed to a ticket's number.

What is not the customer's own word is left out, and so is mail that the watcher has not decided about yet. OTOBO keeps
its texts with the tags in them for which the relay puts a reader's link: here, that is the address of the page itself.
"""

from __future__ import annotations

from dataclasses import replace

from otalink.desk.types import Article, HistoryType, SenderType
from otalink.notifications.letter import plain_link
from otalink.otobo import mirror
from otalink.otobo.mirror import Seen
from otalink.otobo.models import Arrival
from otalink.otobo.reading import articles
from otalink.otobo.reading.tickets import OtoboTicket
from otalink.otobo.relay import html_links, ticket_links
from otalink.otobo.relay.ticket_links import Link, TicketKey

# How the names of all tags of links begin.
_TAGS = "otobo_otacustomer"


def of(ticket: OtoboTicket) -> list[Article]:
    """The articles of a ticket that its customer sees with us, oldest first.

    Raises:
        DeskUnavailable
    """
    found = articles.visible(ticket.id)
    known = mirror.seen([article.id for article in found])
    customers = [article.id for article in found if article.sender_type is SenderType.CUSTOMER]
    out = _hidden(ticket.id, customers, known)
    shown = (_without_tags(article, ticket) for article in found if article.id not in out)
    return [_proven(article, known.get(article.id)) for article in shown]


def _without_tags(article: Article, ticket: OtoboTicket) -> Article:
    if not any(_TAGS in text.lower() for text in (article.text, article.html)):
        return article
    link = Link(TicketKey(ticket.ticket.number, ticket.id), plain_link(ticket.ticket.number))
    text, html = ticket_links.with_tags(article.text, link), html_links.with_links(article.html, link)
    return replace(article, text=text, html=html)


def hidden(ticket_id: int) -> set[int]:
    """The ids of its visible articles that are left out.

    Raises:
        DeskUnavailable
    """
    ids = articles.ids_of_customers(ticket_id)
    return _hidden(ticket_id, ids, mirror.seen(ids))


def _proven(article: Article, seen: Seen | None) -> Article:
    if seen is None or seen.authentication == article.authentication:
        return article
    return replace(article, authentication=seen.authentication)


def _hidden(ticket_id: int, ids: list[int], known: dict[int, Seen]) -> set[int]:
    """`ids` are those of what customers wrote."""
    others = {id_ for id_, one in known.items() if one.standing}
    unknown = set(ids) - known.keys()
    return others | (_undecided(ticket_id, unknown) if unknown else set())


def _undecided(ticket_id: int, ids: set[int]) -> set[int]:
    """Those of these articles that the watcher has yet to decide about; of older ones than itself it knows nothing."""
    followed = Arrival.objects.filter(article_id__in=ids, type=HistoryType.FOLLOW_UP)
    waiting = set(followed.exclude(looked_at__isnull=False, standing="").values_list("article_id", flat=True))
    settled = mirror.settled()
    if settled is None:
        return waiting
    steps = articles.steps_of_mail(ticket_id)
    unseen = {id_ for id_ in ids & steps.keys() if steps[id_] is None or (steps[id_] or 0) > settled}
    return waiting | unseen
