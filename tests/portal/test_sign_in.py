"""Signing in without a link at hand."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from tests.portal.conftest import PASSWORD
from tests.portal.forms import ask
from tests.support import make

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("asked", ["//evil.example", "1/../../x", "https://evil.example", "1\r\nX: y", "٣"])
def test_the_sign_in_page_leads_nowhere_else(client: Client, with_password: None, asked: str) -> None:
    response = client.post("/sign-in", {"name": make.ANN, "password": PASSWORD}, query_params={"ticket": asked})
    assert response["Location"] == "/tickets/"
