"""`otalink maintenance`: which tasks there are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from otalink.maintenance.commands import list_tasks, run_task
from tests.maintenance.cron import NAME, NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder", "only_that_task")]


def test_an_unknown_task_is_named() -> None:
    with pytest.raises(LookupError, match="no cron task 'NoSuchTask'"):
        run_task("NoSuchTask")


def test_it_lists_the_tasks_with_their_times(clock: time_machine.Traveller) -> None:
    (before,) = list_tasks()
    assert before == {
        "name": NAME,
        "schedule": "0 4 * * *",
        "last_finished": None,
        "next_due": datetime(2026, 11, 24, 4, 0, tzinfo=UTC),
        "running": False,
    }
    run_task(NAME)
    assert list_tasks()[0]["last_finished"] == NOON
