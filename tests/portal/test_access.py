"""Which tickets a session opens, asked at every request."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otalink.customers import directory
from otalink.desk.types import Ticket
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Ticket as TicketRow
from otalink.sysconfig import declarations
from tests.portal.conftest import NewLink
from tests.support import make

pytestmark = pytest.mark.django_db
EXPIRED = declarations.MESSAGE_LINK_EXPIRED.default["en"]


def test_a_link_s_session_opens_its_own_ticket_only(signed_in: Client, ticket: Ticket) -> None:
    other = make.ticket()
    assert signed_in.get(f"/tickets/{ticket.number}").status_code == 200
    refused = signed_in.get(f"/tickets/{other.number}")
    assert (refused.status_code, refused["Location"]) == (303, f"/sign-in?ticket={other.number}")
    listed = signed_in.get("/tickets/").content.decode()
    assert ticket.number in listed
    assert other.number not in listed


def test_somebody_who_is_not_signed_in_learns_nothing_about_a_ticket(client: Client, ticket: Ticket) -> None:
    there, not_there = client.get(f"/tickets/{ticket.number}"), client.get("/tickets/999")
    assert there["Location"] == f"/sign-in?ticket={ticket.number}"
    assert not_there["Location"] == "/sign-in?ticket=999"
    assert client.get("/tickets/")["Location"] == "/sign-in"
    assert client.post(f"/tickets/{ticket.number}").status_code == 303
    posted = [client.post(f"/tickets/{number}", {"text": "x"}) for number in (ticket.number, "999")]
    assert {response.status_code for response in posted} == {403}
    assert posted[0].content == posted[1].content.replace(b"999", ticket.number.encode())
    assert len(MiniDesk().all_articles(ticket.number)) == 1


def test_the_list_shows_the_last_changed_first_and_no_ticket_whose_access_ended(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    second, over, deleted = make.ticket(), make.ticket(), make.ticket()
    for each in (ticket, second, over, deleted):
        client.post(new_link(each.number))
    make.close(over.number, timezone.now() - timedelta(days=15))
    TicketRow.objects.filter(number=deleted.number).delete()
    MiniDesk().add_customer_reply(ticket.number, make.draft("again"))

    page = client.get("/tickets/").content.decode()

    assert page.index(ticket.number) < page.index(second.number)
    assert over.number not in page
    assert deleted.number not in page


def test_a_ticket_of_somebody_else_that_a_link_opened_is_listed_too(
    client: Client, ann: None, new_link: NewLink
) -> None:
    bobs = make.ticket("bob@customer.example")
    make.participant(bobs.number)
    client.post(new_link(bobs.number, make.ANN))
    assert bobs.number in client.get("/tickets/").content.decode()
    assert client.get(f"/tickets/{bobs.number}").status_code == 200


def test_access_ends_to_the_second_for_whoever_is_signed_in(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    closed = timezone.now()
    make.close(ticket.number, closed)
    end = closed + timedelta(days=14)
    with time_machine.travel(end - timedelta(hours=1), tick=False):
        client.post(new_link(ticket.number))
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert client.get(f"/tickets/{ticket.number}").status_code == 200
    with time_machine.travel(end, tick=False):
        for response in (
            client.get(f"/tickets/{ticket.number}"),
            client.post(f"/tickets/{ticket.number}", {"text": "x"}),
        ):
            assert response.status_code == 404
            assert EXPIRED in response.content.decode()
    assert len(MiniDesk().all_articles(ticket.number)) == 1


def test_a_deleted_ticket_is_gone_for_whoever_is_signed_in(signed_in: Client, ticket: Ticket) -> None:
    TicketRow.objects.all().delete()
    assert signed_in.get(f"/tickets/{ticket.number}").status_code == 404


def test_a_disabled_customer_user_is_out_at_once(signed_in: Client, ticket: Ticket) -> None:
    directory.backend_of(make.ANN).set_valid(make.ANN, valid=False)
    assert signed_in.get(f"/tickets/{ticket.number}").status_code == 404
    assert signed_in.get("/tickets/")["Location"] == "/sign-in"


def test_being_signed_in_as_somebody_else_does_not_open_the_ticket(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    make.customer("bob@customer.example", "Bob")
    bobs = make.ticket("bob@customer.example")
    client.post(new_link(ticket.number))

    assert client.get(new_link(bobs.number, "bob@customer.example")).status_code == 200
    client.post(new_link(bobs.number, "bob@customer.example"))

    assert client.get(f"/tickets/{bobs.number}").status_code == 200
    assert client.get(f"/tickets/{ticket.number}")["Location"].startswith("/sign-in")
