"""What stands in the log, and what never does."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from otalink.desk.types import Ticket
from tests.portal.conftest import NewLink, ann, new_link, ticket

__all__ = ["ann", "new_link", "ticket"]
pytestmark = pytest.mark.django_db


def test_another_host_is_one_line_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/sign-in", headers={"host": "evil.example"})
    (record,) = [record for record in caplog.records if record.name == "django.security.DisallowedHost"]
    assert "'evil.example'; OTALINK_BASE_URL" in record.getMessage()
    assert record.exc_info is None


def test_no_link_stands_in_the_log(
    client: Client, ticket: Ticket, new_link: NewLink, caplog: pytest.LogCaptureFixture
) -> None:
    link = new_link(ticket.number)
    with caplog.at_level(logging.DEBUG):
        client.get(link)
        client.post(link)
        Client().post(link)
        Client(enforce_csrf_checks=True).post(link)
        client.get(f"/otobo/customer.pl?OTAToken={link.removeprefix('/l/')}")
    assert "Forbidden" in caplog.text
    assert link.removeprefix("/l/") not in caplog.text
