"""Handlers of `otalink ticket ...`: a desk with its agents here, without a browser."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from otalink.customers import directory
from otalink.customers.addresses import normal
from otalink.desk.agent_types import AgentArticle, TicketSearch
from otalink.desk.current import get_agent_desk, get_ticket
from otalink.desk.replies import reply_to
from otalink.desk.types import SenderType, Ticket
from otalink.sysconfig.setting import InvalidValue


def list_all(limit: int) -> list[dict[str, Any]]:
    """Tickets, last changed first."""
    return [_summary(ticket) for ticket in get_agent_desk().find_tickets(TicketSearch(), 0, limit)]


def show(number: str) -> dict[str, Any]:
    """One ticket with its articles, internal ones included, and its history.

    Raises:
        TicketNotFound
    """
    desk, ticket = get_agent_desk(), get_ticket(number)
    return {
        **_summary(ticket),
        "dynamic_fields": {field.name: field.value for field in desk.dynamic_fields(number)},
        "articles": [_article(article) for article in desk.all_articles(number)],
        "history": [
            {"type": entry.type, "text": entry.text, "created": entry.created}
            for entry in reversed(desk.history(number))
        ],
    }


def _article(article: AgentArticle) -> dict[str, Any]:
    return {
        "id": article.id,
        "sender_type": article.sender_type,
        "from": article.from_address,
        "subject": article.subject,
        "visible_for_customer": article.visible_for_customer,
        "standing": article.standing,
        "created": article.created,
        "attachments": [file.filename for file in article.attachments],
        "text": article.text,
    }


def close(number: str, at: datetime | None) -> dict[str, Any]:
    """Close a ticket; `at` backdates the close.

    Raises:
        TicketNotFound
    """
    get_agent_desk().set_state(number, "closed successful", at)
    return _summary(get_ticket(number))


def reopen(number: str) -> dict[str, Any]:
    """Open a closed ticket again.

    Raises:
        TicketNotFound
    """
    if get_ticket(number).state_type.is_final:
        get_agent_desk().set_state(number, "open")
    return _summary(get_ticket(number))


def reply(number: str, body: str) -> dict[str, Any]:
    """Reply to the customer as an agent, under the queue's name; the mail follows by itself.

    Raises:
        TicketNotFound
        InvalidValue: nothing to say.
    """
    if not body.strip():
        raise InvalidValue("the reply is empty")
    desk, ticket = get_agent_desk(), get_ticket(number)
    draft = reply_to(
        ticket,
        desk.visible_articles(number),
        body,
        sender_type=SenderType.AGENT,
        from_address=ticket.queue_email,
        from_name=ticket.queue_sender_name,
        to=ticket.customer_login,
    )
    article = desk.add_agent_reply(number, draft)
    return {"ticket": number, "article": article.id, "state": get_ticket(number).state}


def _summary(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "title": ticket.title,
        "state": ticket.state,
        "priority": ticket.priority,
        "queue": ticket.queue,
        "customer_user": ticket.customer_login,
        "created": ticket.created,
        "changed": ticket.changed,
        "closed": ticket.closed,
    }


def participant_list(number: str) -> list[dict[str, Any]]:
    """Who takes part in a ticket beside its customer user.

    Raises:
        TicketNotFound
    """
    rows = get_agent_desk().participations(get_ticket(number).number)
    return [{"customer_user": row.customer_login, "since": row.since} for row in rows]


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
    desk, ticket = get_agent_desk(), get_ticket(number)
    logins = {normal(address), *(user.login for user in directory.find_by_email(address))}
    removed = [login for login in logins if desk.remove_participant(ticket.number, login)]
    if not removed:
        raise InvalidValue(f"{address!r} takes no part in ticket {number}")
    return {"ticket": number, "customer_user": removed[0]}
