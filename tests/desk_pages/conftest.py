"""What the tests of the agents' pages share."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """Attachments of every test lie in a folder of its own."""


@pytest.fixture
def agent(client: Client, db: None) -> Client:
    """An agent's browser."""
    user = User.objects.create_user("robin", password=PASSWORD, is_staff=True, first_name="Robin", last_name="Agent")
    client.force_login(user)
    return client


def page_of(browser: Client, number: str) -> str:
    """The page of a ticket."""
    response = browser.get(f"/desk/tickets/{number}")
    assert response.status_code == 200
    return response.content.decode()
