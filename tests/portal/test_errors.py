"""Pages for what goes wrong."""

from __future__ import annotations

import pytest
from django.test import Client

from otalink.desk.types import Ticket
from otalink.portal import links
from otalink.tokens.models import Token, TokenState
from tests.portal.conftest import NewLink

pytestmark = pytest.mark.django_db


def test_an_unknown_address_gets_a_page_in_the_same_look(client: Client) -> None:
    response = client.get("/nothing/here")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()
    assert "portal/otalink.css" in response.content.decode()


def test_a_fault_of_ours_shows_no_traceback(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("inner secret")

    monkeypatch.setattr(links, "_show", broken)
    client.raise_request_exception = False
    response = client.get("/l/x")
    assert response.status_code == 500
    page = response.content.decode()
    assert "went wrong on our side" in page
    assert "inner secret" not in page
    assert "Traceback" not in page


def test_a_form_of_another_site_is_refused_with_a_page_and_changes_nothing(ticket: Ticket, new_link: NewLink) -> None:
    browser, link = Client(enforce_csrf_checks=True), new_link(ticket.number)
    browser.get(link)
    for extra in ({}, {"csrfmiddlewaretoken": "f" * 64}):
        response = browser.post(link, extra, HTTP_ORIGIN="https://elsewhere.example")
        assert response.status_code == 403
        assert "no longer valid" in response.content.decode()
    response = browser.post(
        link,
        {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value},
        HTTP_ORIGIN="null",
        HTTP_SEC_FETCH_SITE="cross-site",
    )
    assert response.status_code == 403
    assert Token.objects.get().state == TokenState.ACTIVE


def test_our_own_form_is_taken_though_the_browser_hides_where_it_comes_from(ticket: Ticket, new_link: NewLink) -> None:
    browser, link = Client(enforce_csrf_checks=True), new_link(ticket.number)
    browser.get(link)
    token = browser.cookies["csrftoken"].value
    response = browser.post(link, {"csrfmiddlewaretoken": token}, HTTP_ORIGIN="null", HTTP_SEC_FETCH_SITE="same-origin")
    assert response.status_code == 303
