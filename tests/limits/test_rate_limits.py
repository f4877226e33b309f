"""Rate limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from otalink.limits import rate_limits
from otalink.limits.models import LimitCounter
from otalink.limits.rate_limits import Limit
from tests.support.together import together

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


def test_whoever_takes_counts_and_is_refused_once_it_is_reached() -> None:
    with time_machine.travel(NOW, tick=False):
        assert [rate_limits.take(LIMIT, "a") for _ in range(5)] == [True, True, True, False, False]
        assert rate_limits.take(LIMIT, "b")
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert [rate_limits.take(LIMIT, "a") for _ in range(4)] == [True, True, True, False]


def test_a_window_that_began_before_something_happened_can_begin_anew() -> None:
    once = Limit("once", 1, 60)
    with time_machine.travel(NOW, tick=False):
        rate_limits.take(once, "a")
    with time_machine.travel(NOW + timedelta(seconds=9), tick=False):
        assert not rate_limits.restart(once, "a", before=NOW)
        assert rate_limits.restart(once, "a", before=NOW + timedelta(seconds=5))
        assert not rate_limits.restart(once, "a", before=NOW + timedelta(seconds=5))
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        assert not rate_limits.take(once, "a")


@pytest.mark.django_db(transaction=True)
def test_however_many_take_at_once_no_more_than_it_allows_get_it() -> None:
    once = Limit("at once", 1, 60)
    assert sum(together(8, lambda _: rate_limits.take(once, "a"))) == 1
    LimitCounter.objects.update(window=timezone.now() - timedelta(seconds=61))
    assert sum(together(8, lambda _: rate_limits.take(once, "a"))) == 1


def test_it_says_in_how_many_seconds_more_is_allowed() -> None:
    with time_machine.travel(NOW, tick=False):
        for left in (0, 0, 0, 60):
            assert rate_limits.seconds_left(LIMIT, "a") == left
            rate_limits.count(LIMIT, "a")
    with time_machine.travel(NOW + timedelta(seconds=59, milliseconds=500), tick=False):
        assert rate_limits.seconds_left(LIMIT, "a") == 1


def test_it_keeps_no_readable_key_and_forgets_old_windows() -> None:
    with time_machine.travel(NOW, tick=False):
        rate_limits.count(LIMIT, "192.0.2.7")
        assert "192.0.2.7" not in LimitCounter.objects.get().key
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        rate_limits.purge()
    assert not LimitCounter.objects.exists()
