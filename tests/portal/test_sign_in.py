"""Signing in without a link at hand."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.customers.backends.database import DatabaseBackend
from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.notifications.models import OutboxMail
from otalink.portal import sessions
from otalink.portal.mail_link import mail_link
from otalink.portal.models import CustomerSession
from tests.portal.conftest import NewLink
from tests.support import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def with_password(ticket: Ticket) -> None:
    DatabaseBackend("CustomerUser").set_password(make.ANN, PASSWORD)


def ask(browser: Client, name: str, ticket: str = "", **extra: str) -> _MonkeyPatchedWSGIResponse:
    return browser.post(f"/sign-in?ticket={ticket}" if ticket else "/sign-in", {"name": name}, **extra)  # type: ignore[arg-type]


def run_asked_for() -> None:
    """Do what the worker does with the requests for links."""
    for row in DBTaskResult.objects.filter(task_path="otalink.portal.mail_link.mail_link"):
        mail_link.func(*row.args_kwargs["args"])
        row.delete()


def test_it_mails_a_link_to_the_ticket_that_changed_last(client: Client, ticket: Ticket) -> None:
    newest = make.ticket()
    ask(client, f" {make.ANN.upper()} ")
    run_asked_for()
    assert OutboxMail.objects.get().ticket_number == newest.number


def test_it_mails_a_link_to_the_ticket_asked_for(client: Client, ticket: Ticket) -> None:
    make.ticket()
    ask(client, make.ANN, ticket.number)
    run_asked_for()
    assert OutboxMail.objects.get().ticket_number == ticket.number


def test_it_mails_no_link_to_a_ticket_of_somebody_else_or_whose_access_ended(client: Client, ticket: Ticket) -> None:
    bobs = make.ticket("bob@customer.example")
    make.close(ticket.number, timezone.now() - timedelta(days=15))
    ask(client, make.ANN, bobs.number)
    run_asked_for()
    assert not OutboxMail.objects.exists()


def test_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(client: Client, ticket: Ticket) -> None:
    answers, statements = [], []
    for n, name in enumerate((make.ANN, "stranger@nowhere.example")):
        with CaptureQueriesContext(connection) as counted:
            answers.append(ask(client, name, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"))
        statements.append([query["sql"].split()[0] for query in counted])
    known, unknown = answers
    assert (known.status_code, known["Location"]) == (303, "/sign-in?sent=1")
    assert (unknown.status_code, unknown["Location"]) == (303, "/sign-in?sent=1")
    assert statements[0] == statements[1]
    assert "on its way" in client.get("/sign-in?sent=1").content.decode()


def test_the_form_cannot_be_used_to_flood_a_mailbox(client: Client, ticket: Ticket) -> None:
    for n in range(rate_limits.SIGN_IN_MAIL_PER_LOGIN.count):
        assert ask(client, make.ANN, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code == 303
    refused = ask(client, make.ANN, HTTP_X_FORWARDED_FOR="203.0.113.99")
    assert refused.status_code == 429
    for _ in range(5):
        ask(client, "stranger@nowhere.example", HTTP_X_FORWARDED_FOR="198.51.100.7")


def test_one_address_cannot_ask_for_everybody(client: Client, ticket: Ticket) -> None:
    for n in range(rate_limits.SIGN_IN_MAIL_PER_CLIENT.count):
        ask(client, f"person{n}@customer.example")
    assert ask(client, "next@customer.example").status_code == 429


def test_asking_by_get_sends_nothing(client: Client, ticket: Ticket) -> None:
    client.get(f"/sign-in?name={make.ANN}&ticket={ticket.number}")
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "\0"])
def test_an_empty_address_is_said_clearly(client: Client, db: None, name: str) -> None:
    response = ask(client, name)
    assert response.status_code == 400
    assert "Please enter your e-mail address" in response.content.decode()


def test_a_password_opens_the_ticket_asked_for_and_all_the_person_s_own(
    client: Client, with_password: None, ticket: Ticket
) -> None:
    second, bobs = make.ticket(), make.ticket("bob@customer.example")
    response = client.post(f"/sign-in?ticket={ticket.number}", {"name": make.ANN.upper(), "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (303, f"/tickets/{ticket.number}")
    for number in (ticket.number, second.number):
        assert client.get(f"/tickets/{number}").status_code == 200
        assert number in client.get("/tickets/").content.decode()
    assert client.get(f"/tickets/{bobs.number}").status_code == 303
    assert client.post("/sign-in", {"name": make.ANN, "password": PASSWORD})["Location"] == "/tickets/"


def test_a_wrong_password_an_unknown_name_and_a_person_without_one_get_the_same_answer(
    client: Client, with_password: None
) -> None:
    make.customer("bob@customer.example", "Bob")
    pages = []
    for name in (make.ANN, "nobody@nowhere.example", "bob@customer.example"):
        response = client.post("/sign-in", {"name": name, "password": "wrong"})
        assert response.status_code == 403
        page = response.content.decode().replace(name, "NAME")
        pages.append(re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page))
    assert pages[0] == pages[1] == pages[2]
    assert not CustomerSession.objects.exists()


def test_a_disabled_person_s_password_is_worth_nothing(client: Client, with_password: None) -> None:
    DatabaseBackend("CustomerUser").set_valid(make.ANN, valid=False)
    assert client.post("/sign-in", {"name": make.ANN, "password": PASSWORD}).status_code == 403


def test_guessing_a_password_is_stopped_even_if_the_next_is_right(client: Client, with_password: None) -> None:
    for n in range(rate_limits.PASSWORD_PER_LOGIN.count):
        form = {"name": make.ANN, "password": f"guess {n}"}
        assert client.post("/sign-in", form, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code == 403
    assert client.post("/sign-in", {"name": make.ANN, "password": PASSWORD}).status_code == 429


def test_guessing_passwords_of_many_is_stopped_per_address(client: Client, with_password: None) -> None:
    for _ in range(rate_limits.PASSWORD_PER_CLIENT.count):
        rate_limits.count(rate_limits.PASSWORD_PER_CLIENT, "127.0.0.1")
    assert client.post("/sign-in", {"name": make.ANN, "password": PASSWORD}).status_code == 429
    elsewhere = client.post("/sign-in", {"name": make.ANN, "password": PASSWORD}, HTTP_X_FORWARDED_FOR="203.0.113.1")
    assert elsewhere.status_code == 303


@pytest.mark.parametrize("asked", ["//evil.example", "1/../../x", "https://evil.example", "1\r\nX: y", "٣"])
def test_the_sign_in_page_leads_nowhere_else(client: Client, with_password: None, asked: str) -> None:
    response = client.post("/sign-in", {"name": make.ANN, "password": PASSWORD}, query_params={"ticket": asked})
    assert response["Location"] == "/tickets/"


def test_a_link_after_a_password_keeps_all_the_tickets(client: Client, with_password: None, new_link: NewLink) -> None:
    client.post("/sign-in", {"name": make.ANN, "password": PASSWORD})
    bobs = make.ticket("bob@customer.example")
    make.participant(bobs.number)
    response = client.post(new_link(bobs.number, make.ANN))
    assert (response.status_code, response["Location"]) == (303, f"/tickets/{bobs.number}")
    assert client.get(response["Location"]).status_code == 200
    assert CustomerSession.objects.get().all_tickets


def test_signing_out_ends_the_session_on_the_server_too(signed_in: Client, ticket: Ticket) -> None:
    key = signed_in.cookies[sessions.COOKIE].value
    assert signed_in.get("/sign-out").status_code == 405
    response = signed_in.post("/sign-out")
    assert response["Location"] == "/sign-in?signed-out=1"
    assert "You are signed out" in signed_in.get(response["Location"]).content.decode()
    stolen = Client()
    stolen.cookies[sessions.COOKIE] = key
    assert stolen.get(f"/tickets/{ticket.number}").status_code == 303
    assert not CustomerSession.objects.exists()


@pytest.mark.parametrize("page", ["/desk/sign-in", "/admin/login/"])
def test_agents_passwords_cannot_be_guessed_either(client: Client, db: None, page: str) -> None:
    User.objects.create_superuser("agent", password=PASSWORD)
    for n in range(rate_limits.PASSWORD_PER_LOGIN.count):
        client.post(page, {"username": "agent", "password": f"guess {n}"})
    client.post(page, {"username": "agent", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
