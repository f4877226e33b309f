"""Links to tickets as OTOBO writes them: by number, as the portal knows them too, or by the id of the ticket."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from otalink.otobo.reading import tickets
from otalink.portal import entrances, sessions
from otalink.portal.pages import SeeOther

_MOST_DIGITS = 18


@require_safe
def customer_pl(request: HttpRequest) -> HttpResponse:
    """To the ticket, the link's page or the sign-in page.

    Raises:
        DeskUnavailable
    """
    query = entrances.query_of(request)
    ticket_id = query.get("TicketID", [""])[-1]
    if "OTAToken" in query or "TicketNumber" in query or not ticket_id:
        return entrances.otobo_link(request)
    response = SeeOther(_path(request, ticket_id))
    response["Cache-Control"] = "no-store"
    return response


def _path(request: HttpRequest, ticket_id: str) -> str:
    """Where somebody signed in for that ticket finds it.

    To anybody else ids are not told apart: they can be counted, and would give the numbers of all tickets away.
    """
    session = sessions.find(request)
    if session is None or not (ticket_id.isascii() and ticket_id.isdigit() and len(ticket_id) <= _MOST_DIGITS):
        return reverse("sign-in")
    found = tickets.find_by_id(int(ticket_id))
    if found and sessions.opens(session, found.ticket):
        return reverse("ticket", args=[found.ticket.number])
    return reverse("tickets")
