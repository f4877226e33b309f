"""What every test starts from: a throw-away data folder, chosen before Django reads its settings."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["OTALINK_DATA"] = tempfile.mkdtemp(prefix="otalink-test-")
os.environ["OTALINK_SECRET_KEY"] = "only-for-tests-" + "k" * 40
for name in ("OTALINK_DATABASE_URL", "OTALINK_MAIL_URL", "OTALINK_BASE_URL", "OTALINK_TASKS"):
    os.environ.pop(name, None)

import pytest

from otalink.sysconfig import store


@pytest.fixture(autouse=True)
def _fresh_settings_cache() -> Iterator[None]:
    store.forget_cache()
    yield
    store.forget_cache()


@pytest.fixture
def data_folder(tmp_path: Path, settings: object) -> Path:
    """An empty data folder of the test's own."""
    settings.OTALINK_DATA = tmp_path  # type: ignore[attr-defined]
    return tmp_path
