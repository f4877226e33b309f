"""Sessions of customers: their cookie, their scope, and how they end."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otalink.desk.types import Ticket
from otalink.maintenance.tasks import delete_expired_ota_tokens
from otalink.portal import sessions
from otalink.portal.models import CustomerSession
from tests.portal.conftest import PASSWORD, NewLink
from tests.support import make

pytestmark = pytest.mark.django_db


def test_the_cookie_is_for_https_only_where_the_product_is_served_by_https(
    client: Client, ticket: Ticket, new_link: NewLink, settings: pytest.FixtureRequest
) -> None:
    settings.SESSION_COOKIE_SECURE = True  # type: ignore[attr-defined]
    client.post(new_link(ticket.number))
    assert client.cookies[sessions.COOKIE]["secure"] is True


def test_each_sign_in_has_a_fresh_key_and_ends_the_browser_s_older_session(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    client.cookies[sessions.COOKIE] = "chosen-by-somebody-else"
    client.post(new_link(ticket.number))
    first = client.cookies[sessions.COOKIE].value
    other = make.ticket()
    client.post(new_link(other.number))
    second = client.cookies[sessions.COOKIE].value

    assert len({"chosen-by-somebody-else", first, second}) == 3
    assert CustomerSession.objects.count() == 1
    assert CustomerSession.objects.get().tickets == [ticket.number, other.number]
    stale = Client()
    stale.cookies[sessions.COOKIE] = first
    assert stale.get(f"/tickets/{ticket.number}").status_code == 303


def test_a_session_ends_after_twelve_hours_and_the_clean_up_deletes_it(signed_in: Client, ticket: Ticket) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=12), tick=False):
        assert signed_in.get(f"/tickets/{ticket.number}").status_code == 303
        delete_expired_ota_tokens()
    assert not CustomerSession.objects.exists()


def test_the_key_of_a_session_is_stored_as_a_digest_only(signed_in: Client) -> None:
    key = signed_in.cookies[sessions.COOKIE].value
    assert CustomerSession.objects.get().digest == hashlib.sha256(key.encode()).hexdigest()


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
