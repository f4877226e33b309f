"""Retry policies: the pauses they give, when they are over, and that each says what it says today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from otalink.common import retry
from otalink.common.retry import NEVER, RetryPolicy

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def seconds(policy: RetryPolicy, attempts: int) -> list[float]:
    return [policy.delay_after(attempt).total_seconds() for attempt in range(1, attempts + 1)]


def test_a_pause_grows_by_the_factor_up_to_the_longest() -> None:
    policy = RetryPolicy(timedelta(seconds=1), timedelta(seconds=50), factor=3)
    assert seconds(policy, 6) == [1, 3, 9, 27, 50, 50]


def test_a_pause_never_outgrows_the_longest_however_often_it_was_tried() -> None:
    assert RetryPolicy(timedelta(seconds=1), timedelta(days=1), factor=10).delay_after(10**6) == timedelta(days=1)


def test_pauses_stay_the_same_where_the_factor_is_one() -> None:
    assert seconds(RetryPolicy(timedelta(seconds=5), timedelta(seconds=60), factor=1), 4) == [5, 5, 5, 5]


def test_before_any_attempt_it_is_the_first_pause() -> None:
    assert RetryPolicy(timedelta(seconds=5), timedelta(seconds=60)).delay_after(0) == timedelta(seconds=5)


def test_the_first_pause_is_no_longer_than_the_longest() -> None:
    assert RetryPolicy(timedelta(seconds=5), timedelta(seconds=2)).delay_after(1) == timedelta(seconds=2)


def test_it_is_over_from_the_moment_stated() -> None:
    policy = RetryPolicy(timedelta(seconds=1), timedelta(seconds=1), give_up_after=timedelta(days=1))
    assert not policy.is_over(BEGIN, BEGIN + timedelta(days=1, microseconds=-1))
    assert policy.is_over(BEGIN, BEGIN + timedelta(days=1))


def test_what_is_never_given_up_is_tried_after_a_thousand_years() -> None:
    policy = RetryPolicy(timedelta(seconds=1), timedelta(seconds=1))
    assert not policy.is_over(BEGIN, BEGIN.replace(year=3026))


@pytest.mark.parametrize(
    ("policy", "pauses", "given_up_after"),
    [
        (retry.TASKS, [60 * 2**n for n in range(8)] + [14_400] * 2, timedelta(days=3)),
        (retry.NOTIFICATIONS, [60 * 2**n for n in range(8)] + [14_400] * 2, timedelta(days=3)),
        (retry.AUTO_REPLIES, [60 * 2**n for n in range(8)] + [14_400] * 2, timedelta(days=1)),
        (retry.MAIL_ACCOUNTS, [15, 30, 60, 120, 240, 480, 900, 900, 900, 900], NEVER),
        (retry.WORKER_ROUNDS, [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30], NEVER),
    ],
)
def test_each_policy_of_the_product_says_what_operators_were_told(
    policy: RetryPolicy, pauses: list[float], given_up_after: timedelta
) -> None:
    assert seconds(policy, 10) == pauses
    assert policy.give_up_after == given_up_after
