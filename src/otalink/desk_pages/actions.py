"""What agents do to a ticket: reply, note something, change its state or queue."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from otalink.agents.sign_in import agents_only
from otalink.common import file_names
from otalink.desk.types import ArticleDraft, Attachment, SenderType
from otalink.desk_pages.tickets import ticket_page
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import PRIORITIES, STATES, Article, Queue, Ticket

_FORM = re.compile(r"[0-9a-f]{32}")


@require_POST
@agents_only
def reply(request: HttpRequest, number: str) -> HttpResponseBase:
    """A reply to the customer, or an internal note."""
    ticket = get_object_or_404(Ticket.objects.select_related("queue"), number=number)
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "").strip()
    # Set by the upload handler when it left files out for their size.
    if request.META.get("otalink.upload_too_large"):
        return ticket_page(request, number, error="The files are too large together.", text=text)
    if not text or not _FORM.fullmatch(request.POST.get("form", "")):
        return ticket_page(request, number, error="Please write something first.", text=text)
    try:
        _file_once(_draft(request, ticket, text), number)
    except OSError:
        return ticket_page(request, number, error="The files could not be stored. Please try again.", text=text)
    return redirect(f"{reverse('desk:ticket', args=[number])}#latest")


@transaction.atomic
def _file_once(draft: ArticleDraft, number: str) -> None:
    # The same form sent twice at once: the second waits here, and then finds the first's article.
    Ticket.objects.select_for_update().get(number=number)
    if not Article.objects.filter(message_id=draft.message_id).exists():
        MiniDesk().add_agent_reply(number, draft)


def _draft(request: HttpRequest, ticket: Ticket, text: str) -> ArticleDraft:
    last = ticket.articles.filter(visible_for_customer=True).exclude(message_id="").order_by("id").last()
    return ArticleDraft(
        sender_type=SenderType.AGENT,
        from_address=ticket.queue.email,
        from_name=_name_of(request.user),
        to=ticket.customer_login,
        subject=f"Re: {ticket.title}",
        text=text,
        message_id=f"agent-{request.POST['form']}@{urlsplit(settings.OTALINK_BASE_URL).hostname}",
        in_reply_to=last.message_id if last else "",
        attachments=tuple(
            Attachment(file_names.safe(file.name or ""), file.content_type or "", file.read())
            for file in request.FILES.getlist("attachments")
        ),
        visible_for_customer=request.POST.get("kind") != "note",
        sent_at=timezone.now(),
    )


def _name_of(user: AbstractBaseUser | AnonymousUser) -> str:
    full_name: str = getattr(user, "get_full_name", str)()
    return full_name or user.get_username()


@require_POST
@agents_only
@transaction.atomic
def change(request: HttpRequest, number: str) -> HttpResponseBase:
    """A new state, priority or queue, or several; what stays as it was leaves no trace in the history."""
    ticket = get_object_or_404(Ticket.objects.select_related("queue"), number=number)
    state, queue_id = request.POST.get("state", ticket.state), request.POST.get("queue", "")
    queue = Queue.objects.filter(pk=queue_id).first() if queue_id.isdecimal() else None
    if state in STATES and state != ticket.state:
        changes.set_state(ticket, state)
    priority = request.POST.get("priority", ticket.priority)
    if priority in PRIORITIES and priority != ticket.priority:
        changes.set_priority(ticket, priority)
    if queue and queue != ticket.queue:
        changes.move(ticket, queue)
    return redirect("desk:ticket", number=number)
