"""The URLs of the portal."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from otalink.portal import entrances, links, not_me, sign_in, tickets


class TicketNumber(StringConverter):
    """Digits, as every number generator of OTOBO and of the embedded desk makes them."""

    regex = "[0-9]{1,50}"


register_converter(TicketNumber, "ticket_number")

urlpatterns = [
    path("", entrances.front_door, name="front-door"),
    path("l/", links.link, {"secret": ""}),
    path("l/<str:secret>/not-me", not_me.not_me, name="not-me"),
    # Any text at all: a link that a mail program broke gets the same answer as an unknown one.
    path("l/<path:secret>", links.link, name="link"),
    path("tickets/", tickets.index, name="tickets"),
    path("tickets/<ticket_number:number>", tickets.ticket, name="ticket"),
    path("tickets/<ticket_number:number>/attachments/<int:attachment_id>", tickets.attachment, name="attachment"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("otobo/customer.pl", entrances.otobo_link),
]
