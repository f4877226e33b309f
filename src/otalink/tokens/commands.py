"""Handlers of `otalink token ...`: links given out by hand, and looking after those that exist."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from otalink.customers import directory
from otalink.desk.current import get_desk, get_ticket
from otalink.sysconfig.setting import InvalidValue
from otalink.tokens import issue as making
from otalink.tokens import profiles
from otalink.tokens.access import find_entrance
from otalink.tokens.models import Token


@transaction.atomic
def issue(ticket: str, customer: str) -> dict[str, str]:
    """Make a link; the operator who reads it delivers it, so it replaces the older ones at once.

    Its code is told only where the link signs nobody in without it.

    Raises:
        TicketNotFound
        InvalidValue: the link could let nobody in.
    """
    login = customer or get_ticket(ticket).customer_login
    # Whoever is given a link by hand may read the ticket from now on; the mail to new participants would replace it.
    if user := directory.find_valid(login):
        get_desk().add_participant(get_ticket(ticket).number, user.login, notify=False)
    entrance = find_entrance(get_ticket(ticket).number, login)
    if entrance is None:
        raise InvalidValue(f"{login or 'nobody'} may not enter ticket {ticket}: unknown, disabled, or access has ended")
    issued = making.issue(ticket, login)
    making.mark_delivered(issued.id)
    code = {"code": issued.code} if profiles.needs_code(entrance) else {}
    return {"url": issued.url, **code, "ticket": ticket, "customer_user": login}


def list_all(ticket: str) -> list[dict[str, Any]]:
    """States and times of a ticket's tokens, newest first; never the token.

    Raises:
        TicketNotFound: neither a ticket nor a token of that number.
    """
    rows = list(Token.objects.filter(ticket_number=ticket).order_by("-pk"))
    if not rows:
        get_ticket(ticket)
    return [
        {
            "id": row.pk,
            "customer_user": row.customer_login,
            "state": row.state,
            "created": row.created,
            "changed": row.changed,
        }
        for row in rows
    ]


def revoke(ticket: str, customer: str) -> dict[str, int]:
    """End the live links of a ticket, or of one customer user to it.

    Raises:
        TicketNotFound: neither a ticket nor a link of that number.
    """
    revoked = making.revoke(ticket, customer.lower())
    if not revoked:
        get_ticket(ticket)
    return {"revoked": revoked}


def switched() -> list[dict[str, Any]]:
    """The recipients who get in by code alone, since machines press the buttons in their mail."""
    return profiles.switched()


def switch_back(recipient: str) -> dict[str, str]:
    """Let the button sign them in again.

    Raises:
        InvalidValue: they were not switched.
    """
    profiles.switch_back(recipient)
    return {"recipient": recipient.strip().lower(), "profile": "button"}
