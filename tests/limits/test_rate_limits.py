"""Rate limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from otalink.limits import rate_limits
from otalink.limits.models import LimitCounter
from otalink.limits.rate_limits import Limit

pytestmark = pytest.mark.django_db
LIMIT = Limit("test", 3, 60)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_it_is_reached_after_so_many_and_for_that_key_only() -> None:
    for _ in range(3):
        assert not rate_limits.is_reached(LIMIT, "a")
        rate_limits.count(LIMIT, "a")
    assert rate_limits.is_reached(LIMIT, "a")
    assert not rate_limits.is_reached(LIMIT, "b")
    assert not rate_limits.is_reached(Limit("other", 3, 60), "a")


def test_it_opens_again_when_the_window_is_over() -> None:
    with time_machine.travel(NOW, tick=False):
        for _ in range(3):
            rate_limits.count(LIMIT, "a")
    with time_machine.travel(NOW + timedelta(seconds=59), tick=False):
        assert rate_limits.is_reached(LIMIT, "a")
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert not rate_limits.is_reached(LIMIT, "a")
        rate_limits.count(LIMIT, "a")
        assert LimitCounter.objects.get().count == 1


def test_it_keeps_no_readable_key_and_forgets_old_windows() -> None:
    with time_machine.travel(NOW, tick=False):
        rate_limits.count(LIMIT, "192.0.2.7")
        assert "192.0.2.7" not in LimitCounter.objects.get().key
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        rate_limits.purge()
    assert not LimitCounter.objects.exists()
