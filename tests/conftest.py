"""What every test starts from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.minidesk import queues
from otalink.minidesk.models import Queue, TicketCounter
from otalink.sysconfig import store


@pytest.fixture(autouse=True)
def _fresh_settings_cache() -> Iterator[None]:
    store.forget_cache()
    queues.forget_cache()
    yield
    store.forget_cache()
    queues.forget_cache()


@pytest.fixture
def data_folder(tmp_path: Path, settings: Settings) -> Path:
    """An empty data folder of the test's own."""
    settings.OTALINK_DATA = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def _rows_of_migrations(request: pytest.FixtureRequest) -> None:
    # A test with real transactions empties all tables behind it, also of what the migrations put there.
    marker = request.node.get_closest_marker("django_db")
    if "live_server" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        TicketCounter.objects.get_or_create(pk=1)
        Queue.objects.get_or_create(
            name="Support", defaults={"email": "support@localhost", "sender_name": "Support", "is_default": True}
        )
