"""Tests of customer users take mail in too: with a data folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """Attachments and mail of one test are no other test's."""
