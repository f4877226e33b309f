"""What every test starts from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from otalink.desk.types import Ticket
from otalink.minidesk import queues
from otalink.minidesk.models import Queue, TicketCounter
from otalink.notifications import mail_host, templates
from otalink.sysconfig import store
from otalink.tokens import profiles
from tests.support import make
from tests.support.browser import NewPage, chromium, windows


@pytest.fixture(autouse=True)
def _fresh_settings_cache() -> Iterator[None]:
    store.forget_cache()
    queues.forget_cache()
    profiles.forget_cache()
    mail_host.forget_cache()
    templates.forget_cache()
    yield
    store.forget_cache()
    queues.forget_cache()
    profiles.forget_cache()


@pytest.fixture
def data_folder(tmp_path: Path, settings: Settings) -> Path:
    """An empty data folder of the test's own."""
    settings.OTALINK_DATA = tmp_path
    return tmp_path


@pytest.fixture
def ticket(db: None) -> Ticket:
    """A ticket of Ann's, a customer user."""
    make.customer()
    return make.ticket()


@pytest.fixture(autouse=True)
def _rows_of_migrations(request: pytest.FixtureRequest) -> None:
    # A test with real transactions empties all tables behind it, also of what the migrations put there; which tests a
    # worker runs after it, nobody knows.
    marker = request.node.get_closest_marker("django_db")
    is_real = "live_server" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
    if not is_real and marker is None and "db" not in request.fixturenames:
        return
    request.getfixturevalue("transactional_db" if is_real else "db")
    TicketCounter.objects.get_or_create(pk=1)
    Queue.objects.get_or_create(
        name="Support", defaults={"email": "support@localhost", "sender_name": "Support", "is_default": True}
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a module."""
    # Playwright keeps an event loop in this thread, by which Django would take our database calls for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[NewPage]:
    """Opens windows on the product, which fail the test when a script fails or anything comes from elsewhere."""
    settings.OTALINK_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    with windows(browser, live_server.url) as open_page:
        yield open_page
