"""Pages for what goes wrong."""

from __future__ import annotations

import pytest
from django.test import Client

from otalink.portal import links

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
