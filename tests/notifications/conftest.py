"""A customer user with a ticket, a mail server that takes their mail, and ways to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.desk.types import Ticket
from tests.support import make
from tests.support.mail_server import MailServer, mail_server


@pytest.fixture
def ticket(db: None, data_folder: Path) -> Ticket:
    make.customer()
    return make.ticket()


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """The mail server that the boot configuration names."""
    with mail_server() as server:
        settings.OTALINK_MAIL_URL = server.url
        yield server
