"""Signing in with a password, for those who have one."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from otalink.customers.backends.database import DatabaseBackend
from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.portal.models import CustomerSession
from tests.portal.conftest import PASSWORD
from tests.support import make

pytestmark = pytest.mark.django_db


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
