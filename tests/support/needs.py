"""What a test needs beyond Python; where it is missing the test is skipped with a visible reason, in CI it fails."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip, or fail where everything must be there."""
    reason = f"{what} is not installed; `make services` installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def chromium() -> str:
    """The path of Debian's Chromium."""
    return shutil.which("chromium") or missing("chromium")
