"""Saying "this was not me" from a mail: it ends the sessions and links to that ticket, and tells the agents.

Having the mail is the proof: its link's secret stands in the URL.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from otalink.desk.current import get_desk
from otalink.limits.client_ip import client_ip
from otalink.portal import links, sessions
from otalink.portal.pages import page
from otalink.tokens import redeem
from otalink.tokens.access import Entrance
from otalink.tokens.models import Token
from otalink.tokens.redeem import Inspection
from otalink.tokens.report import report

_NOTE = """\
{reader} says "This was not me": somebody else may have opened this ticket, or asked for the mail of {sent:%Y-%m-%d \
%H:%M} UTC.

{sessions} session(s) and all links to this ticket were ended for them. It was said from {client_ip}. A machine that \
presses every button in a mail says it too; whoever then types the code of that mail is its reader.
"""


@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, secret: str) -> HttpResponse:
    """GET asks whether it is meant, POST does it."""
    link = redeem.inspect(secret)
    if link.token is None or link.entrance is None:
        response = links.not_valid(request)
    else:
        if request.method == "POST":
            _end(link.token, link.entrance, client_ip(request))
        response = _page(request, secret, link)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, secret: str, link: Inspection) -> HttpResponse:
    ticket, customer = (link.entrance.ticket, link.entrance.customer) if link.entrance else (None, None)
    context = {"link": link, "ticket": ticket, "secret": secret, "is_done": request.method == "POST"}
    return page(request, "not_me", context, customer=customer)


def _end(token: Token, entrance: Entrance, visitor_ip: str) -> None:
    # Looked up beforehand: nobody waits for a lock while we ask a ticket system.
    numbers = {token.ticket_number, *_leading_to(entrance)}

    def tell(is_first: bool) -> None:
        ended = sessions.end_for_tickets(numbers, token.customer_login)
        if is_first or ended:
            note = _NOTE.format(
                reader=token.customer_login, sent=token.created, sessions=ended, client_ip=visitor_ip or "somewhere"
            )
            get_desk().add_note(token.ticket_number, "This was not me", note)

    report(token, visitor_ip, tell)


def _leading_to(entrance: Entrance) -> set[str]:
    """The numbers by which this reader's sessions open the ticket: its own, and those of tickets merged into it."""
    main, desk = entrance.ticket.number, get_desk()
    numbers = sessions.ticket_numbers_of(entrance.customer.login) - {main}
    return {main} | {number for number in numbers if (found := desk.find_ticket(number)) and found.number == main}
