"""The embedded desk."""

from __future__ import annotations

import pytest

from otalink.minidesk.desk import MiniDesk


@pytest.fixture
def desk() -> MiniDesk:
    """The embedded desk, as its port shows it."""
    return MiniDesk()
