"""The companion beside a fake OTOBO whose mail it passes on to a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.conf import otobo as boot
from otalink.desk import current
from otalink.otobo import connection
from otalink.otobo.relay.listener import serve
from otalink.postmaster.sources.listener import Listener
from tests.otobo.fake.core import Otobo
from tests.support.mail_server import MailServer, mail_server

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """The mail server that the boot configuration names."""
    with mail_server() as server:
        settings.OTALINK_MAIL_URL = server.url
        yield server


@pytest.fixture
def companion(otobo: Otobo, reader_url: str, settings: Settings, data_folder: Path) -> Iterator[Otobo]:
    """otalink reads this OTOBO, and writes the copies of its mail."""
    given = {
        "OTALINK_OTOBO_DATABASE_URL": reader_url,
        "OTALINK_OTOBO_REST_URL": "http://127.0.0.1:9/otobo/nph-genericinterface.pl/Webservice/otalink",
        "OTALINK_OTOBO_REST_USER": "otalink",
        "OTALINK_OTOBO_REST_PASSWORD": "secret",
    }
    settings.OTALINK_OTOBO_DATABASE = dict(boot.read(given).database)
    settings.OTALINK_OTOBO_RELAY = ("127.0.0.1", 0)
    settings.OTALINK_COPIES = "otalink.otobo.relay.recipients.copy_for"
    current.select("otalink.otobo.desk.OtoboDesk")
    yield otobo
    current.select("otalink.minidesk.desk.MiniDesk")
    connection.close()


@pytest.fixture
def relay(data_folder: Path) -> Iterator[Listener]:
    """The server to which OTOBO hands its mail; its test needs real transactions."""
    started = serve("127.0.0.1", 0, LOOPBACK)
    yield started
    started.stop()
