"""What agents do to a ticket: reply, note something, change its state or queue."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from otalink.agents.sign_in import agents_only
from otalink.common import file_names
from otalink.desk.current import get_agent_desk
from otalink.desk.replies import message_id_of, reply_to
from otalink.desk.types import ArticleDraft, Attachment, SenderType, Ticket
from otalink.desk_pages.tickets import ticket_or_404, ticket_page

_FORM = re.compile(r"[0-9a-f]{32}")


@require_POST
@agents_only
def reply(request: HttpRequest, number: str) -> HttpResponseBase:
    """A reply to the customer, or an internal note."""
    ticket = ticket_or_404(number)
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "").strip()
    # Set by the upload handler when it left files out for their size.
    if request.META.get("otalink.upload_too_large"):
        return ticket_page(request, number, error="The files are too large together.", text=text)
    if not text or not _FORM.fullmatch(request.POST.get("form", "")):
        return ticket_page(request, number, error="Please write something first.", text=text)
    try:
        get_agent_desk().add_agent_reply(number, _draft(request, ticket, text))
    except OSError:
        return ticket_page(request, number, error="The files could not be stored. Please try again.", text=text)
    return redirect(f"{reverse('desk:ticket', args=[number])}#latest")


def _draft(request: HttpRequest, ticket: Ticket, text: str) -> ArticleDraft:
    return reply_to(
        ticket,
        get_agent_desk().visible_articles(ticket.number),
        text,
        sender_type=SenderType.AGENT,
        from_address=ticket.queue_email,
        from_name=_name_of(request.user),
        to=ticket.customer_login,
        message_id=message_id_of(f"agent-{request.POST['form']}", settings.OTALINK_BASE_URL),
        attachments=tuple(
            Attachment(file_names.safe(file.name or ""), file.content_type or "", file.read())
            for file in request.FILES.getlist("attachments")
        ),
        visible_for_customer=request.POST.get("kind") != "note",
    )


def _name_of(user: AbstractBaseUser | AnonymousUser) -> str:
    full_name: str = getattr(user, "get_full_name", str)()
    return full_name or user.get_username()


@require_POST
@agents_only
def show_follow_up(request: HttpRequest, number: str, article_id: int) -> HttpResponseBase:  # noqa: ARG001
    """Make a follow-up that is not proven the customer's; what was shown already, or must not be, stays as it is."""
    ticket_or_404(number)
    get_agent_desk().show_follow_up(number, article_id)
    return redirect(f"{reverse('desk:ticket', args=[number])}#author-{article_id}")


@require_POST
@agents_only
@transaction.atomic
def change(request: HttpRequest, number: str) -> HttpResponseBase:
    """A new state, priority or queue, or several; what stays as it was leaves no trace in the history."""
    desk, ticket = get_agent_desk(), ticket_or_404(number)
    choices = desk.choices()
    state = request.POST.get("state", ticket.state)
    if state in choices.states and state != ticket.state:
        desk.set_state(number, state)
    priority = request.POST.get("priority", ticket.priority)
    if priority in choices.priorities and priority != ticket.priority:
        desk.set_priority(number, priority)
    queue = next((queue.name for queue in choices.queues if str(queue.id) == request.POST.get("queue")), ticket.queue)
    if queue != ticket.queue:
        desk.move(number, queue)
    return redirect("desk:ticket", number=number)
