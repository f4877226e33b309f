"""The agents' pages that only read: the list of tickets, a ticket with everything about it, its files."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from otalink.agents.sign_in import agents_only
from otalink.articles.display import Body, body_of
from otalink.articles.downloads import DOWNLOAD_POLICY, safe_content_type
from otalink.common import file_names
from otalink.customers import directory, pending
from otalink.desk.types import Article, StateType
from otalink.minidesk import originals, participants, stored_files
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import FINAL_STATES, PRIORITIES, STATES, ArticleAttachment, Queue, Ticket

_PENDING = [name for name, kind in STATES.items() if kind in {StateType.PENDING_AUTO, StateType.PENDING_REMINDER}]
_FILTERS = {
    "open": ("Open", Q(state__in=[name for name in STATES if name not in FINAL_STATES])),
    "new": ("New", Q(state="new")),
    "pending": ("Pending", Q(state__in=_PENDING)),
    "closed": ("Closed", Q(state__in=FINAL_STATES)),
    "pending-sender": ("Sender pending", Q(sender_pending=True)),
    "all": ("All", Q()),
}
_PER_PAGE = 25
_NEWEST_HISTORY = 100


@require_safe
@agents_only
def tickets(request: HttpRequest) -> HttpResponse:
    """The tickets, filtered by state, searched by number, title and customer."""
    chosen = request.GET.get("state", "open")
    chosen = chosen if chosen in _FILTERS else "open"
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    rows = _found(words).filter(_FILTERS[chosen][1]).select_related("queue").order_by("-changed", "-id")
    context = {
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "filters": [(name, label) for name, (label, _) in _FILTERS.items()],
        "chosen": chosen,
        "words": words,
    }
    return render(request, "desk_pages/tickets.html", context)


def _found(words: str) -> QuerySet[Ticket]:
    found = Ticket.objects.annotate(sender_pending=Exists(pending.on_ticket(OuterRef("number"))))
    for word in words.split():
        found = found.filter(Q(number__contains=word) | Q(title__icontains=word) | Q(customer_login__icontains=word))
    return found


@require_safe
@agents_only
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """A ticket with all its articles, its customer and its history."""
    return ticket_page(request, number)


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
    found = get_object_or_404(Ticket.objects.select_related("queue"), number=number)
    context = {
        "ticket": found,
        "final": found.state in FINAL_STATES,
        "messages": _messages(number),
        "customer": directory.find_by_login(found.customer_login),
        "pending_sender": pending.find(number),
        "participants": participants.logins(found),
        "fields": found.dynamic_fields.select_related("field").order_by("field__name"),
        "history": found.history.order_by("-id")[:_NEWEST_HISTORY],
        "states": list(STATES),
        "priorities": PRIORITIES,
        "queues": Queue.objects.order_by("name"),
        "form": secrets.token_hex(16),
        "error": error,
        "people_error": people_error,
        "admit_error": admit_error,
        "text": text,
    }
    return render(
        request, "desk_pages/ticket.html", context, status=400 if error or people_error or admit_error else 200
    )


def _messages(number: str) -> list[dict[str, Any]]:
    articles = MiniDesk().all_articles(number)
    sizes = originals.sizes(article.id for article in articles)
    return [{**_message(number, article), "original_size": sizes.get(article.id)} for article in articles]


def _message(number: str, article: Article) -> dict[str, Any]:
    body: Body = body_of(article, lambda id_: reverse("desk:attachment", args=[number, id_]))
    return {
        "article": article,
        "body": body,
        "files": [file for file in article.attachments if file.id not in body.inline],
    }


@require_safe
@csp_override(DOWNLOAD_POLICY)
@agents_only
def attachment(request: HttpRequest, number: str, attachment_id: int) -> HttpResponseBase:  # noqa: ARG001
    """A file of any article, always as a download."""
    stored = get_object_or_404(ArticleAttachment, pk=attachment_id, article__ticket__number=number)
    try:
        content = stored_files.open_kept(stored.digest)
    except OSError:
        raise Http404 from None
    return FileResponse(
        content,
        as_attachment=True,
        filename=file_names.safe(stored.filename),
        content_type=safe_content_type(stored.content_type),
    )


@require_safe
@csp_override(DOWNLOAD_POLICY)
@agents_only
def original(request: HttpRequest, number: str, article_id: int) -> HttpResponseBase:  # noqa: ARG001
    """The mail behind an article as it came, always as a download."""
    try:
        content = originals.open_kept(number, article_id)
    except OSError:
        content = None
    if content is None:
        raise Http404
    name = f"ticket-{number}-{article_id}.eml"
    return FileResponse(content, as_attachment=True, filename=name, content_type="message/rfc822")
