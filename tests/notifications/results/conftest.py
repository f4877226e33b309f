"""A customer user with a ticket."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import make


@pytest.fixture
def number(db: None, data_folder: Path) -> str:
    """The number of Ann's ticket."""
    make.customer()
    return make.ticket().number
