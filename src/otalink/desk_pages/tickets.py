"""The agents' pages that only read: the list of tickets, a ticket with everything about it, its files."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any, BinaryIO

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from otalink.agents.sign_in import agents_only
from otalink.articles.display import Body, body_of
from otalink.articles.downloads import DOWNLOAD_POLICY, safe_content_type
from otalink.common import file_names
from otalink.customers import directory, pending
from otalink.desk.agent_types import AgentArticle, TicketSearch
from otalink.desk.current import get_agent_desk
from otalink.desk.types import StateType, Ticket
from otalink.notifications.results import status
from otalink.notifications.results.status import MailStatus

# By name in the URL, with the label.
_FILTERS = {
    "open": ("Open", TicketSearch(frozenset(kind for kind in StateType if not kind.is_final))),
    "new": ("New", TicketSearch(frozenset({StateType.NEW}))),
    "pending": ("Pending", TicketSearch(frozenset({StateType.PENDING_AUTO, StateType.PENDING_REMINDER}))),
    "closed": ("Closed", TicketSearch(frozenset(kind for kind in StateType if kind.is_final))),
    "pending-sender": ("Sender pending", TicketSearch(sender_pending=True)),
    "not-shown": ("Not shown", TicketSearch(unproven_follow_up=True)),
    "not-delivered": ("Not delivered", TicketSearch()),
    "all": ("All", TicketSearch()),
}
_NOT_DELIVERED = "not-delivered"
_PER_PAGE = 25
_NEWEST_HISTORY = 100


@require_safe
@agents_only
def tickets(request: HttpRequest) -> HttpResponse:
    """The tickets, filtered by state, searched by number, title and customer."""
    chosen = request.GET.get("state", "open")
    chosen = chosen if chosen in _FILTERS else "open"
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    desk, search = get_agent_desk(), replace(_FILTERS[chosen][1], words=tuple(words.split()))
    if chosen == _NOT_DELIVERED:
        search = replace(search, numbers=tuple(status.undelivered_tickets()))
    page = Paginator(range(desk.count_tickets(search)), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tickets": desk.find_tickets(search, _PER_PAGE * (page.number - 1), len(page)),
        "filters": [(name, label) for name, (label, _) in _FILTERS.items()],
        "chosen": chosen,
        "words": words,
    }
    return render(request, "desk_pages/tickets.html", context)


@require_safe
@agents_only
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """A ticket with all its articles, its customer and its history."""
    return ticket_page(request, number)


def ticket_or_404(number: str) -> Ticket:
    """The ticket of that number.

    Raises:
        Http404: there is none.
    """
    if found := get_agent_desk().find_ticket(number):
        return found
    raise Http404


def ticket_page(
    request: HttpRequest,
    number: str,
    *,
    error: str = "",
    people_error: str = "",
    admit_error: str = "",
    text: str = "",
) -> HttpResponse:
    """The page of a ticket.

    `error` says why a reply, with its `text`, was refused, `people_error` why a participant was, `admit_error` why the
    sender was not let in.
    """
    desk, found = get_agent_desk(), ticket_or_404(number)
    mails = status.of_ticket(number)
    context = {
        "ticket": found,
        "messages": [_message(number, article, mails) for article in desk.all_articles(number)],
        "other_mails": [mail for mail in mails if mail.article_id is None],
        "customer": directory.find_by_login(found.customer_login),
        "pending_sender": pending.find(number),
        "participations": desk.participations(number),
        "fields": desk.dynamic_fields(number),
        "history": desk.history(number, _NEWEST_HISTORY),
        "choices": desk.choices(),
        "form": secrets.token_hex(16),
        "error": error,
        "people_error": people_error,
        "admit_error": admit_error,
        "text": text,
    }
    return render(
        request, "desk_pages/ticket.html", context, status=400 if error or people_error or admit_error else 200
    )


def _message(number: str, article: AgentArticle, mails: list[MailStatus]) -> dict[str, Any]:
    body: Body = body_of(article, lambda id_: reverse("desk:attachment", args=[number, id_]))
    return {
        "article": article,
        "body": body,
        "files": [file for file in article.attachments if file.id not in body.inline],
        "mails": [mail for mail in mails if mail.article_id == article.id],
    }


@require_safe
@csp_override(DOWNLOAD_POLICY)
@agents_only
def attachment(request: HttpRequest, number: str, attachment_id: int) -> HttpResponseBase:  # noqa: ARG001
    """A file of any article, always as a download."""
    try:
        found = get_agent_desk().read_any_attachment(number, attachment_id)
    except OSError:
        found = None
    if found is None:
        raise Http404
    stored, content = found
    return _download(content, file_names.safe(stored.filename), safe_content_type(stored.content_type))


@require_safe
@csp_override(DOWNLOAD_POLICY)
@agents_only
def original(request: HttpRequest, number: str, article_id: int) -> HttpResponseBase:  # noqa: ARG001
    """The mail behind an article as it came, always as a download."""
    try:
        content = get_agent_desk().read_original(number, article_id)
    except OSError:
        content = None
    if content is None:
        raise Http404
    return _download(content, f"ticket-{number}-{article_id}.eml", "message/rfc822")


def _download(content: BinaryIO, name: str, content_type: str) -> FileResponse:
    return FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
