"""The pages for machines that watch over us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from otalink.notifications.feed import feed
from otalink.notifications.models import MailState
from otalink.postmaster import quarantine
from otalink.postmaster.delivery import Delivery
from tests.notifications.results.mails import mail
from tests.support import make

pytestmark = pytest.mark.django_db


def test_it_says_that_it_is_alive_and_ready(client: Client) -> None:
    for address in ("/healthz", "/readyz"):
        assert client.get(address).json() == {"status": "ok"}


def test_it_is_alive_but_not_ready_without_its_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", unreachable)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


@pytest.fixture
def undelivered(data_folder: Path) -> None:
    """An answer that did not arrive, a mail in quarantine, and nobody who works."""
    make.customer()
    mail(make.ticket().number, MailState.FAILED)
    quarantine.keep(b"Subject: x\r\n\r\n", Delivery(), "broken")


def test_it_tells_what_keeps_mail_from_its_readers_to_who_asks_on_this_machine(
    client: Client, undelivered: None
) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "problems",
        "problems": [
            "no worker is alive: no mail leaves; start `otalink run` or `otalink worker`",
            "mail about 1 ticket was not delivered; `otalink outbox list` says why",
            "1 mail in quarantine; `otalink quarantine list` says why",
        ],
    }


@pytest.mark.parametrize("asks", [{"REMOTE_ADDR": "203.0.113.5"}, {"headers": {"x-forwarded-for": "203.0.113.5"}}])
def test_it_tells_nobody_else_more_than_that_it_is_ready(
    client: Client, undelivered: None, asks: dict[str, Any]
) -> None:
    assert client.get("/readyz", **asks).json() == {"status": "ok"}


def test_it_tells_numbers_to_who_asks_on_this_machine(client: Client) -> None:
    make.customer()
    make.ticket()
    feed()
    response = client.get("/metrics")
    assert response["Content-Type"].startswith("text/plain; version=")
    lines = response.content.decode().splitlines()
    assert 'otalink_outbox_mails{state="queued"} 1.0' in lines
    assert 'otalink_tasks{state="ready"} 1.0' in lines
    assert "otalink_workers 0.0" in lines
    assert "otalink_undelivered_tickets 0.0" in lines
    (age,) = (line for line in lines if line.startswith("otalink_outbox_oldest_seconds "))
    assert 0 <= float(age.partition(" ")[2]) < 60


def test_it_tells_nobody_else_that_there_are_numbers(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.5").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.5"}).status_code == 404
