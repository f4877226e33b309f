"""Handlers of `otalink ticket ...`: the embedded desk without a browser."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from otalink.customers import directory
from otalink.customers.addresses import normal
from otalink.desk.types import ArticleDraft, SenderType
from otalink.minidesk import changes, participants
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import STATES, Ticket
from otalink.sysconfig.setting import InvalidValue


def list_all(limit: int) -> list[dict[str, Any]]:
    """Tickets, last changed first."""
    rows = Ticket.objects.select_related("queue").order_by("-changed", "-pk")[:limit]
    return [_summary(row) for row in rows]


def show(number: str) -> dict[str, Any]:
    """One ticket with its articles, internal ones included, and its history.

    Raises:
        TicketNotFound
    """
    ticket = changes.find(number)
    articles = ticket.articles.prefetch_related("attachments").order_by("pk")
    return {
        **_summary(ticket),
        "dynamic_fields": {row.field.name: row.value for row in ticket.dynamic_fields.select_related("field")},
        "articles": [
            {
                "id": row.pk,
                "sender_type": row.sender_type,
                "from": row.from_address,
                "subject": row.subject,
                "visible_for_customer": row.visible_for_customer,
                "created": row.created,
                "attachments": [file.filename for file in row.attachments.all()],
                "text": row.text,
            }
            for row in articles
        ],
        "history": [
            {"type": row.type, "text": row.text, "created": row.created} for row in ticket.history.order_by("pk")
        ],
    }


def close(number: str, at: datetime | None) -> dict[str, Any]:
    """Close a ticket; `at` backdates the close.

    Raises:
        TicketNotFound
    """
    ticket = changes.find(number)
    changes.set_state(ticket, "closed successful", closed_at=at)
    return _summary(ticket)


def reopen(number: str) -> dict[str, Any]:
    """Open a closed ticket again.

    Raises:
        TicketNotFound
    """
    ticket = changes.find(number)
    if STATES[ticket.state].is_final:
        changes.set_state(ticket, "open")
    return _summary(ticket)


def reply(number: str, body: str) -> dict[str, Any]:
    """Reply to the customer as an agent, under the queue's name; the mail follows by itself.

    Raises:
        TicketNotFound
        InvalidValue: nothing to say.
    """
    if not body.strip():
        raise InvalidValue("the reply is empty")
    ticket = changes.find(number)
    draft = ArticleDraft(
        sender_type=SenderType.AGENT,
        from_address=ticket.queue.email,
        from_name=ticket.queue.sender_name,
        subject=f"Re: {ticket.title}",
        text=body,
        to=ticket.customer_login,
    )
    article = MiniDesk().add_agent_reply(number, draft)
    return {"ticket": number, "article": article.id, "state": changes.find(number).state}


def _summary(row: Ticket) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "priority": row.priority,
        "queue": row.queue.name,
        "customer_user": row.customer_login,
        "created": row.created,
        "changed": row.changed,
        "closed": row.closed,
    }


def participant_list(number: str) -> list[dict[str, Any]]:
    """Who takes part in a ticket beside its customer user.

    Raises:
        TicketNotFound
    """
    rows = changes.find(number).participants.order_by("pk")
    return [{"customer_user": row.customer_login, "since": row.created} for row in rows]


def participant_add(number: str, address: str) -> dict[str, str]:
    """Let somebody take part, by address; the mail with their link follows by itself.

    Raises:
        TicketNotFound
        InvalidValue: no address, a disabled customer user, or the ticket's own.
        BackendReadOnly, BackendUnavailable
    """
    from otalink.desk_pages.people import take_in  # a module of views, which bring everything of the pages along

    return {"ticket": number, "customer_user": take_in(number, address)}


def participant_remove(number: str, address: str) -> dict[str, str]:
    """End somebody's part, by address or login; their links and sessions open the ticket no more.

    Raises:
        TicketNotFound
        InvalidValue: they take no part.
    """
    ticket = changes.find(number)
    logins = {normal(address), *(user.login for user in directory.find_by_email(address))}
    removed = [login for login in logins if participants.remove(ticket, login)]
    if not removed:
        raise InvalidValue(f"{address!r} takes no part in ticket {number}")
    return {"ticket": number, "customer_user": removed[0]}
