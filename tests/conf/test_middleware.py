"""What happens around every request."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from otalink.customers import directory
from otalink.customers.types import BackendUnavailable
from otalink.desk.types import Ticket
from tests.portal.conftest import NewLink, ann, new_link, ticket

__all__ = ["ann", "new_link", "ticket"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "pod-17", "[fd00::7]"])
def test_machines_may_ask_by_any_address(client: Client, host: str) -> None:
    for address in ("/healthz", "/readyz"):
        assert client.get(address, headers={"host": host}).status_code == 200
    assert client.get("/sign-in", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("fault", [OperationalError("gone"), BackendUnavailable("gone")])
def test_a_fault_that_passes_asks_to_try_again_and_spends_no_link(
    client: Client, ticket: Ticket, new_link: NewLink, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def unreachable(_login: str) -> None:
        raise fault

    link = new_link(ticket.number)
    with monkeypatch.context() as broken:
        broken.setattr(directory, "find_valid", unreachable)
        for response in (client.get(link), client.post(link)):
            assert response.status_code == 503
            assert response["Retry-After"] == "60"
            assert "try again in a few minutes" in response.content.decode()
    assert client.post(link).status_code == 303
