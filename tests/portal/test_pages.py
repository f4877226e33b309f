"""Every page speaks the customer's language, tells their time, and is kept in no cache."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from otalink.customers import directory
from otalink.desk.types import Ticket
from otalink.sysconfig import declarations, store
from tests.portal.conftest import NewLink
from tests.support import make

pytestmark = pytest.mark.django_db


def test_times_are_those_of_the_customer_s_own_zone(client: Client, ann: None, new_link: NewLink) -> None:
    with time_machine.travel(datetime(2026, 7, 1, 21, 30, tzinfo=UTC), tick=False):
        ticket = make.ticket()
        client.post(new_link(ticket.number))
        assert "1 July 2026, 21:30 UTC" in client.get(f"/tickets/{ticket.number}").content.decode()
        directory.backend_of(make.ANN).set_preferences(make.ANN, time_zone="Asia/Tokyo")
        assert "2 July 2026, 06:30" in client.get(f"/tickets/{ticket.number}").content.decode()
        directory.backend_of(make.ANN).set_preferences(make.ANN, time_zone="../../etc/passwd")
        assert "1 July 2026, 21:30 UTC" in client.get(f"/tickets/{ticket.number}").content.decode()
        directory.backend_of(make.ANN).set_preferences(make.ANN, time_zone="Europe", language="de")
        assert "1. Juli 2026, 21:30" in client.get(f"/tickets/{ticket.number}").content.decode()


def test_pages_of_a_ticket_are_kept_in_no_cache(signed_in: Client, ticket: Ticket) -> None:
    for address in ("/tickets/", f"/tickets/{ticket.number}", "/tickets/1", "/sign-in"):
        assert signed_in.get(address)["Cache-Control"] == "no-store"


def test_messages_come_from_the_settings_in_the_customer_s_language(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    directory.backend_of(make.ANN).set_preferences(make.ANN, language="de")
    store.set_value(declarations.MESSAGE_WRONG_LINK.name, {"en": "Old!", "de": "Alt!"})
    old, new = new_link(ticket.number), new_link(ticket.number)

    response = client.get(old, HTTP_ACCEPT_LANGUAGE="en")
    assert "Alt!" in response.content.decode()
    assert response["Content-Language"] == "de"
    assert "Hallo Ann" in client.get(new, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    unknown = client.get("/l/" + "D" * 43, HTTP_ACCEPT_LANGUAGE="de-AT,de;q=0.9")
    assert declarations.MESSAGE_LINK_EXPIRED.default["de"] in unknown.content.decode()
