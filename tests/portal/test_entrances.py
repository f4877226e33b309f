"""URLs that lead on, and the methods that none of the portal's takes."""

from __future__ import annotations

import pytest
from django.test import Client

from otalink.desk.types import Ticket
from tests.portal.conftest import NewLink

pytestmark = pytest.mark.django_db


def test_the_front_door_leads_to_the_sign_in_page_or_to_the_tickets(client: Client, signed_in: Client) -> None:
    assert Client().get("/")["Location"] == "/sign-in"
    assert signed_in.get("/")["Location"] == "/tickets/"


def test_links_of_the_reference_add_on_keep_working(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    secret = new_link(ticket.number).removeprefix("/l/")
    old = f"/otobo/customer.pl?Action=CustomerTicketZoom;TicketNumber={ticket.number};OTAToken={secret}"
    for address in (old, old.replace(";", "&")):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (303, f"/l/{secret}")
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("Action=CustomerTicketZoom;TicketNumber=2026112310000017", "/tickets/2026112310000017"),
        ("TicketNumber=//evil.example", "/"),
        ("OTAToken=//evil.example/x", "/l/%2F%2Fevil.example%2Fx"),
        (f"OTAToken=x{';a=b' * 50}", "/"),
        ("OTAToken=a%0d%0aSet-Cookie:x", "/l/a%0D%0ASet-Cookie%3Ax"),
        ("", "/"),
    ],
)
def test_the_reference_add_on_s_address_leads_nowhere_else(client: Client, query: str, target: str) -> None:
    assert client.get(f"/otobo/customer.pl?{query}")["Location"] == target


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_methods_nobody_needs_are_refused(client: Client, signed_in: Client, ticket: Ticket, method: str) -> None:
    for address in ("/l/x", "/tickets/", f"/tickets/{ticket.number}", "/sign-in"):
        assert getattr(signed_in, method)(address).status_code == 405
