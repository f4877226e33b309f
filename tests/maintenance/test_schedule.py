"""The schedules, on a clock that the test sets."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.maintenance import queue, schedule
from otalink.maintenance.commands import run_task
from otalink.maintenance.errors import AlreadyRunning
from otalink.maintenance.models import CronRun
from otalink.sysconfig import declarations, store
from otalink.tokens.models import Token
from tests.maintenance.cron import NAME, NOON, expired_token
from tests.support.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder", "only_that_task")]


def run_queue() -> int:
    runs = 0
    while rows := queue.claim("w"):
        queue.run(rows[0])
        runs += 1
    return runs


def test_a_task_that_is_new_here_waits_for_its_time(clock: time_machine.Traveller) -> None:
    assert schedule.queue_due() == 0
    clock.move_to(NOON.replace(day=24, hour=3, minute=59))
    assert schedule.queue_due() == 0


def test_it_runs_at_its_time_and_once(clock: time_machine.Traveller) -> None:
    schedule.queue_due()
    expired_token()
    clock.move_to(NOON.replace(day=24, hour=4, second=1))
    assert [schedule.queue_due() for _ in range(3)] == [1, 0, 0]
    assert run_queue() == 1
    assert not Token.objects.exists()
    assert CronRun.objects.get().finished == timezone.now()
    clock.shift(timedelta(days=1))
    assert schedule.queue_due() == 1


def test_runs_missed_for_a_week_are_caught_up_by_one(clock: time_machine.Traveller) -> None:
    schedule.queue_due()
    clock.shift(timedelta(days=7))
    assert [schedule.queue_due() for _ in range(3)] == [1, 0, 0]


def test_a_changed_schedule_is_followed(clock: time_machine.Traveller) -> None:
    schedule.queue_due()
    value = {**declarations.DELETE_EXPIRED_OTA_TOKENS.default, "Schedule": "*/10 * * * *"}
    store.set_value(declarations.DELETE_EXPIRED_OTA_TOKENS.name, value)
    schedule.queue_due()
    clock.shift(timedelta(minutes=10, seconds=1))
    assert schedule.queue_due() == 1


def test_a_run_that_fails_is_tried_again_and_not_marked_as_finished(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule.queue_due()
    clock.shift(timedelta(days=1))
    schedule.queue_due()
    with monkeypatch.context() as patch:
        patch.setattr("otalink.maintenance.tasks.delete_expired_ota_tokens", lambda: 1 / 0)
        run_queue()
    run = CronRun.objects.get()
    assert (run.finished, run.running_since) == (None, None)
    clock.shift(timedelta(minutes=1, seconds=1))
    assert run_queue() == 1
    assert CronRun.objects.get().finished is not None


def test_it_does_not_run_while_it_runs_elsewhere(clock: time_machine.Traveller) -> None:
    schedule.queue_due()
    CronRun.objects.update(running_since=timezone.now() - timedelta(minutes=14))
    with pytest.raises(AlreadyRunning, match="DeleteExpiredOTATokens is running already"):
        run_task(NAME)
    clock.shift(timedelta(minutes=2))
    assert run_task(NAME) == {"deleted": 0}


@pytest.mark.django_db(transaction=True)
def test_several_workers_queue_a_due_task_once() -> None:
    schedule.queue_due()
    CronRun.objects.update(due=NOON.replace(year=2020))
    assert sum(together(4, lambda _: schedule.queue_due())) == 1
    assert DBTaskResult.objects.count() == 1
