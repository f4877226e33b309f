"""What every test starts from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.sysconfig import store


@pytest.fixture(autouse=True)
def _fresh_settings_cache() -> Iterator[None]:
    store.forget_cache()
    yield
    store.forget_cache()


@pytest.fixture
def data_folder(tmp_path: Path, settings: Settings) -> Path:
    """An empty data folder of the test's own."""
    settings.OTALINK_DATA = tmp_path
    return tmp_path
