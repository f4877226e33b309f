"""Every test of mail intake has a data folder of its own, and a desk with its first queue."""

from __future__ import annotations

from pathlib import Path

import pytest

from otalink.minidesk.models import Queue


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """Attachments and quarantine of one test are no other test's."""


@pytest.fixture(autouse=True)
def _first_queue(request: pytest.FixtureRequest) -> None:
    """Tests with real transactions start from empty tables, without what the migrations put there."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        values = {"email": "support@localhost", "sender_name": "Support", "is_default": True}
        Queue.objects.get_or_create(name="Support", defaults=values)
