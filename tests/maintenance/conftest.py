"""What the tests of schedules start from."""

from __future__ import annotations

import pytest
import time_machine

from otalink.maintenance import schedule
from otalink.sysconfig import declarations
from tests.maintenance.cron import NOON


@pytest.fixture
def only_that_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """One cron task, so that counts say what they mean."""
    setting = declarations.DELETE_EXPIRED_OTA_TOKENS
    monkeypatch.setattr(schedule, "SETTINGS", {setting.name: setting})


@pytest.fixture
def clock() -> object:
    """The clock, which stands at noon."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
