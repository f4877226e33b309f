"""What the portal's tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from otalink.customers.backends.database import DatabaseBackend
from otalink.desk.types import LinkProfile, Ticket
from otalink.minidesk.models import Queue
from otalink.tokens.issue import issue, mark_delivered
from tests.support import make

NewLink = Callable[..., str]
NewMail = Callable[..., tuple[str, str]]
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """Attachments of every test lie in a folder of its own."""


@pytest.fixture
def ann(db: None) -> None:
    """Ann Lee, a customer user without a password."""
    make.customer()


@pytest.fixture
def ticket(ann: None) -> Ticket:
    """A ticket of Ann's."""
    return make.ticket()


@pytest.fixture
def new_link() -> NewLink:
    """Makes a link as its delivered mail carries it, and returns its path."""

    def make_link(number: str, login: str = make.ANN) -> str:
        issued = issue(number, login)
        mark_delivered(issued.id)
        return "/l/" + issued.url.rpartition("/")[2]

    return make_link


@pytest.fixture
def new_mail() -> NewMail:
    """Makes a link as its delivered mail carries it, and returns its path and the code beside it."""

    def make_mail(number: str, login: str = make.ANN) -> tuple[str, str]:
        issued = issue(number, login)
        mark_delivered(issued.id)
        return "/l/" + issued.url.rpartition("/")[2], issued.code

    return make_mail


@pytest.fixture
def by_code(db: None) -> None:
    """The readers of the queue get in by code alone."""
    queue = Queue.objects.get(name="Support")
    queue.link_profile = LinkProfile.CODE
    queue.save()


@pytest.fixture
def signed_in(client: Client, ticket: Ticket, new_link: NewLink) -> Client:
    """A browser in which Ann opened the link to her ticket."""
    assert client.post(new_link(ticket.number)).status_code == 303
    return client


@pytest.fixture
def with_password(ticket: Ticket) -> None:
    """Ann has a password."""
    DatabaseBackend("CustomerUser").set_password(make.ANN, PASSWORD)
