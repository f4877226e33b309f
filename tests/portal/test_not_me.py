"""Saying "this was not me": what it ends, whom it tells, and what it leaves to the reader of the mail."""

from __future__ import annotations

import pytest
from django.test import Client

from otalink.desk.types import Ticket
from otalink.minidesk.desk import MiniDesk
from otalink.portal.models import CustomerSession
from otalink.tokens.models import AuditEntry, Token
from tests.portal.conftest import PASSWORD, NewMail
from tests.support import make

pytestmark = pytest.mark.django_db


def is_in(browser: Client, number: str) -> bool:
    return browser.get(f"/tickets/{number}").status_code == 200


def notes(number: str) -> list[str]:
    return [article.text for article in MiniDesk().all_articles(number) if article.sender_type == "system"]


def test_a_look_asks_and_changes_nothing(client: Client, ticket: Ticket, new_mail: NewMail) -> None:
    link, _ = new_mail(ticket.number)
    response = client.get(f"{link}/not-me")
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<button") == 1
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert Token.objects.get().state == "active"
    assert not AuditEntry.objects.filter(event="not me").exists()


def test_it_ends_the_sessions_and_links_of_that_ticket(client: Client, ticket: Ticket, new_mail: NewMail) -> None:
    link, _ = new_mail(ticket.number)
    stranger = Client()
    stranger.post(link)
    newer, _ = new_mail(ticket.number)
    assert client.post(f"{link}/not-me").status_code == 200
    assert not is_in(stranger, ticket.number)
    other = Client()
    other.post(newer)
    assert not CustomerSession.objects.exists()
    assert AuditEntry.objects.get(event="not me").client_ip == "127.0.0.1"


def test_it_ends_sessions_that_a_password_started_too(ticket: Ticket, with_password: None, new_mail: NewMail) -> None:
    link, _ = new_mail(ticket.number)
    intruder = Client()
    intruder.post("/sign-in", {"name": make.ANN, "password": PASSWORD})
    assert is_in(intruder, ticket.number)
    Client().post(f"{link}/not-me")
    assert not is_in(intruder, ticket.number)


def test_other_tickets_and_other_readers_keep_theirs(client: Client, ticket: Ticket, new_mail: NewMail) -> None:
    make.customer("bob@x.example", "Bob", "Ray")
    make.participant(ticket.number, "bob@x.example")
    other, bob = make.ticket(), Client()
    bob.post(new_mail(ticket.number, "bob@x.example")[0])
    phone = Client()
    phone.post(new_mail(other.number)[0])
    client.post(f"{new_mail(ticket.number)[0]}/not-me")
    assert is_in(bob, ticket.number)
    assert is_in(phone, other.number)


def test_the_agents_read_it_once_on_the_ticket_and_the_customer_does_not(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, _ = new_mail(ticket.number)
    for _ in range(3):
        client.post(f"{link}/not-me")
    (note,) = notes(ticket.number)
    assert make.ANN in note
    assert "127.0.0.1" in note
    assert [article.text for article in MiniDesk().visible_articles(ticket.number)] == ["The printer is on fire."]
    assert MiniDesk().find_ticket(ticket.number).state == "new"  # type: ignore[union-attr]


def test_the_reader_of_the_mail_gets_in_by_its_code_all_the_same(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    """A machine that presses every button presses this one too."""
    link, code = new_mail(ticket.number)
    Client().post(link)
    Client().post(f"{link}/not-me")
    assert client.post(link, {"code": code}).status_code == 303
    assert is_in(client, ticket.number)


def test_codes_of_older_mails_are_ended_and_newer_ones_are_not(ticket: Ticket, new_mail: NewMail) -> None:
    mails = [new_mail(ticket.number) for _ in range(3)]
    Client().post(f"{mails[1][0]}/not-me")
    assert [Client().post(link, {"code": code}).status_code for link, code in mails] == [410, 303, 303]


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_mail_there_is_nothing_to_say(client: Client, ticket: Ticket, method: str) -> None:
    assert getattr(client, method)(f"/l/{'A' * 43}/not-me").status_code == 404


def test_after_it_a_new_link_is_offered(client: Client, ticket: Ticket, new_mail: NewMail) -> None:
    link, _ = new_mail(ticket.number)
    client.post(f"{link}/not-me")
    assert "Send me a new link" in client.get(link).content.decode()
