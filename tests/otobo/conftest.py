"""A fake OTOBO for each test, on real database servers that are started once for a worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.conf import otobo as otobo_boot
from otalink.desk import current
from otalink.otobo import connection
from otalink.otobo.reading import queues
from tests.otobo.fake import rights
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest, serve
from tests.otobo.fake.servers import KINDS, Servers, fake


@pytest.fixture(scope="session")
def otobo_servers() -> Iterator[Servers]:
    """The database servers, each started when a test first needs it."""
    servers = Servers()
    yield servers
    servers.stop()


@pytest.fixture(params=KINDS)
def otobo_kind(request: pytest.FixtureRequest) -> str:
    """The kinds of database that OTOBO runs on; a test that asks for `otobo` runs on each."""
    return str(request.param)


@pytest.fixture
def otobo(otobo_servers: Servers, otobo_kind: str) -> Iterator[Otobo]:
    """A fresh OTOBO; `otobo.database` may do everything."""
    with fake(otobo_servers, otobo_kind) as started:
        yield started


@pytest.fixture
def reader_url(otobo: Otobo) -> str:
    """Where otalink reads it: a user with the least rights."""
    return rights.grant_reading(otobo.database)


@pytest.fixture
def rest(otobo: Otobo) -> Iterator[Rest]:
    """The web service of that OTOBO, running."""
    with serve(otobo) as started:
        yield started


@pytest.fixture
def beside(reader_url: str, rest: Rest, db: None, data_folder: Path, settings: Settings) -> Iterator[Rest]:
    """otalink beside that OTOBO: configured as the boot configuration would, with the least rights."""
    environ = {
        "OTALINK_OTOBO_DATABASE_URL": reader_url,
        "OTALINK_OTOBO_REST_URL": rest.url,
        "OTALINK_OTOBO_REST_USER": rest.agent.login,
        "OTALINK_OTOBO_REST_PASSWORD": rest.agent.password,
    }
    boot = otobo_boot.read(environ)
    settings.OTALINK_OTOBO_DATABASE = dict(boot.database)
    settings.OTALINK_OTOBO_REST_URL = boot.rest_url
    settings.OTALINK_OTOBO_REST_USER = boot.rest_user
    settings.OTALINK_OTOBO_REST_PASSWORD = boot.rest_password
    settings.OTALINK_OTOBO_TIME_ZONE = boot.time_zone
    settings.OTALINK_OTOBO_ARTICLES = None
    chosen = settings.OTALINK_DESK
    current.select("otalink.otobo.desk.OtoboDesk")
    queues.forget_cache()
    yield rest
    connection.close()
    current.select(chosen)
