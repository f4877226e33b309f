"""The customer's pages: their tickets, one ticket with its messages, its files, and the reply."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from otalink.articles.downloads import DOWNLOAD_POLICY, safe_content_type
from otalink.common import file_names
from otalink.desk.current import get_desk
from otalink.desk.types import Ticket
from otalink.portal import access, conversation, link_pages, replies, sessions
from otalink.portal.access import Visitor
from otalink.portal.pages import SeeOther, page

# One page at a time in a process. Threads that read from the database hand each other the interpreter at every row, and
# two pages made at once take half as long again as one after the other. A page that waits for something else holds up
# the others for no longer than this, in seconds.
_turn, _LONGEST_TURN = threading.Lock(), 0.05
_View = Callable[..., HttpResponseBase]


def _guarded(view: _View) -> _View:
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, **kwargs)
        except access.NotSignedIn:
            response = _send_to_sign_in(request, kwargs.get("number", ""))
        except access.AccessEnded:
            response = link_pages.expired(request)
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def _send_to_sign_in(request: HttpRequest, number: str) -> HttpResponse:
    # Whoever wrote for longer than their session lasted must not lose what they wrote.
    if text := replies.text_of(request):
        return page(request, "unsent", {"text": text, "number": number}, status=403)
    return SeeOther(f"{reverse('sign-in')}?{urlencode({'ticket': number})}" if number else reverse("sign-in"))


@require_safe
@_guarded
def index(request: HttpRequest) -> HttpResponse:
    """The tickets this session opens."""
    who = access.visitor(request)
    context = {"tickets": access.tickets(who), "all_tickets": who.session.all_tickets}
    return page(request, "tickets", context, customer=who.customer, signed_in=True)


@require_http_methods(["GET", "HEAD", "POST"])
@_guarded
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """A ticket with its messages; POST files a reply."""
    if request.method != "POST":
        with _in_turn():
            who, found = access.enter(request, number)
            return _ticket_page(request, who, found, number=number, is_read=request.method == "GET")
    who, found = access.enter(request, number)
    try:
        replies.file(who, found, replies.read(request), request.POST.get("form", ""))
    except replies.ReplyRefused as refused:
        return _ticket_page(request, who, found, number=number, error=refused, text=replies.text_of(request))
    return SeeOther(f"{reverse('ticket', args=[number])}?sent=1#latest")


@contextmanager
def _in_turn() -> Iterator[None]:
    is_ours = _turn.acquire(timeout=_LONGEST_TURN)
    try:
        yield
    finally:
        if is_ours:
            _turn.release()


def _ticket_page(
    request: HttpRequest,
    who: Visitor,
    found: Ticket,
    *,
    number: str,
    error: replies.ReplyRefused | None = None,
    text: str = "",
    is_read: bool = False,
) -> HttpResponse:
    # `number` is that of the URL, and in the session's scope; the ticket may be the one that it was merged into.
    articles = get_desk().visible_articles(number)
    if is_read and articles:
        # A reply that waits for its desk has no number that counts yet, and stands last.
        sessions.note_reading(who.session, found.number, max(article.id for article in articles))
    context = {
        "ticket": found,
        "number": number,
        "conversation": lambda: conversation.as_html(number, articles),
        "access_ends": access.ends(found),
        "sent": "sent" in request.GET and error is None,
        "form": replies.form_id(found.number),
        "error": error.text if error else "",
        "text": text,
    }
    return page(
        request, "ticket", context, customer=who.customer, signed_in=True, status=error.status if error else 200
    )


@require_safe
@csp_override(DOWNLOAD_POLICY)
@_guarded
def attachment(request: HttpRequest, number: str, attachment_id: int) -> HttpResponseBase:
    """A file of a message, always as a download."""
    access.enter(request, number)
    try:
        found = get_desk().read_attachment(number, attachment_id)
    except OSError:
        found = None
    if found is None:
        raise Http404
    stored, content = found
    name = file_names.safe(stored.filename)
    response = FileResponse(
        content, as_attachment=True, filename=name, content_type=safe_content_type(stored.content_type)
    )
    response["Content-Length"] = str(stored.size)
    return response
