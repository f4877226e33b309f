"""Agents sign in and out; nobody else gets in."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.desk.types import Ticket
from otalink.minidesk.models import Article, History

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

PASSWORD = "correct horse battery"


@pytest.mark.parametrize("page", ["", "tickets/{n}", "tickets/{n}/attachments/1"])
def test_only_agents_get_in(client: Client, ticket: Ticket, page: str) -> None:
    address = "/desk/" + page.format(n=ticket.number)
    response = client.get(address)
    assert response["Location"] == f"/desk/sign-in?next={quote(address, safe='')}"
    client.force_login(User.objects.create_user("no-agent", password=PASSWORD))
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("action", ["reply", "change"])
def test_only_agents_change_anything_and_never_by_get(client: Client, ticket: Ticket, action: str) -> None:
    address = f"/desk/tickets/{ticket.number}/{action}"
    fields = {"text": "x", "form": "a" * 32, "state": "closed successful"}
    assert client.post(address, fields)["Location"] == "/desk/sign-in"
    client.force_login(User.objects.create_user("robin", is_staff=True))
    assert client.get(address).status_code == 405
    assert Article.objects.count() == 1
    assert History.objects.count() == 1


def test_an_agent_signs_in_gets_to_the_page_asked_for_and_out_again(client: Client, ticket: Ticket) -> None:
    User.objects.create_user("robin", password=PASSWORD, is_staff=True)
    asked = client.get(f"/desk/tickets/{ticket.number}")["Location"]
    wrong = client.post(asked, {"username": "robin", "password": "wrong"})
    assert wrong.status_code == 403
    assert "do not fit together" in wrong.content.decode()
    response = client.post(asked, {"username": "robin", "password": PASSWORD})
    assert response["Location"] == f"/desk/tickets/{ticket.number}"
    assert client.get("/desk/sign-out").status_code == 405
    client.post("/desk/sign-out")
    assert client.get("/desk/").status_code == 302


def test_the_sign_in_page_leads_nowhere_else_and_lets_no_customer_in(client: Client, db: None) -> None:
    User.objects.create_user("robin", password=PASSWORD, is_staff=True)
    User.objects.create_user("no-agent", password=PASSWORD)
    away = "/desk/sign-in?next=https://evil.example/"
    assert client.post(away, {"username": "no-agent", "password": PASSWORD}).status_code == 403
    assert client.post(away, {"username": "robin", "password": PASSWORD})["Location"] == "/desk/"
