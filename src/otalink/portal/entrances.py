"""URLs that lead on: the front door, links of the reference add-on's mail."""

from __future__ import annotations

from urllib.parse import parse_qs, quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from otalink.portal import sessions
from otalink.portal.pages import SeeOther


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """To the tickets of whoever is signed in, else to the sign-in page."""
    return SeeOther(reverse("tickets" if sessions.find(request) else "sign-in"))


def query_of(request: HttpRequest) -> dict[str, list[str]]:
    """The parameters of such a link, which OTOBO separates by `;` or `&`; none where there are more than it writes."""
    try:
        return parse_qs(request.META.get("QUERY_STRING", "").replace(";", "&"), max_num_fields=20)
    except ValueError:
        return {}


@require_safe
def otobo_link(request: HttpRequest) -> HttpResponse:
    """A link as the reference add-on writes them, `...;TicketNumber=N;OTAToken=T`."""
    query = query_of(request)
    token, number = query.get("OTAToken", [""])[-1], query.get("TicketNumber", [""])[-1]
    if token:
        response = SeeOther(f"/l/{quote(token, safe='')}")
    elif number.isascii() and number.isdigit() and len(number) <= 50:
        response = SeeOther(reverse("ticket", args=[number]))
    else:
        response = SeeOther(reverse("front-door"))
    response["Cache-Control"] = "no-store"
    return response
