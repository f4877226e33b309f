"""The task queue: each task once, failures again and again with growing patience, the dead's work taken over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.common.retry import TASKS
from otalink.maintenance import heartbeat, queue
from otalink.notifications.transport.mailer import TemporaryFailure
from tests.maintenance import sample_tasks
from tests.support.together import together

pytestmark = pytest.mark.django_db


def only() -> DBTaskResult[..., Any]:
    return DBTaskResult.objects.get()


def run_next(worker_id: str = "w") -> bool:
    rows = queue.claim(worker_id)
    for row in rows:
        queue.run(row)
    return bool(rows)


def test_it_runs_a_task_and_keeps_what_it_returned() -> None:
    sample_tasks.note.enqueue("done")
    assert run_next()
    assert (only().status, only().return_value) == (TaskResultStatus.SUCCESSFUL, "done")
    assert not run_next()


def test_a_task_that_raises_is_tried_again_later_and_keeps_its_traceback() -> None:
    sample_tasks.fail.enqueue("the reason")
    run_next()
    assert only().status == TaskResultStatus.READY
    assert "the reason" in only().traceback
    assert not run_next()
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert run_next()
    assert len(only().worker_ids) == 2


def test_an_outage_elsewhere_is_told_in_one_line_and_a_bug_with_its_traceback(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_tasks.fail.enqueue("a bug")
    run_next()
    assert "Traceback" in caplog.text
    caplog.clear()
    monkeypatch.setattr(sample_tasks, "Broken", TemporaryFailure)
    sample_tasks.fail.enqueue("an outage")
    run_next()
    assert "an outage" in caplog.text
    assert "Traceback" not in caplog.text


def test_the_wait_doubles_from_a_minute_up_to_four_hours() -> None:
    minutes = [TASKS.delay_after(attempts) / timedelta(minutes=1) for attempts in range(1, 12)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]
    assert TASKS.delay_after(10_000) == timedelta(hours=4)


def test_the_waits_follow_each_other_as_stated() -> None:
    sample_tasks.fail.enqueue("x")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for minutes in (1, 2, 4):
            run_next()
            assert only().run_after == timezone.now() + timedelta(minutes=minutes)
            clock.shift(timedelta(minutes=minutes))


def test_a_task_that_fails_for_three_days_is_given_up() -> None:
    sample_tasks.fail.enqueue("x")
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        run_next()
        assert only().status == TaskResultStatus.FAILED
        assert not run_next()


def test_a_task_whose_function_is_gone_is_tried_again_after_an_update() -> None:
    sample_tasks.note.enqueue("done")
    DBTaskResult.objects.update(task_path="tests.maintenance.sample_tasks.no_longer_there")
    run_next()
    assert only().status == TaskResultStatus.READY


def test_tasks_of_a_dead_worker_are_taken_over() -> None:
    sample_tasks.note.enqueue("done")
    queue.claim("dead")
    with time_machine.travel(timezone.now() + heartbeat.DEAD_AFTER + timedelta(seconds=1)):
        assert queue.take_over(heartbeat.dead_since(), "me", heartbeat.alive()) == 1
        assert run_next("me")
    assert only().status == TaskResultStatus.SUCCESSFUL


def test_tasks_of_a_living_worker_are_left_alone_however_long_they_take() -> None:
    sample_tasks.note.enqueue("done")
    queue.claim("busy")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        heartbeat.beat("busy")
        assert queue.take_over(heartbeat.dead_since(), "me", heartbeat.alive()) == 0
    assert only().status == TaskResultStatus.RUNNING


def test_a_task_just_claimed_is_left_alone_before_the_first_heartbeat_of_its_worker() -> None:
    sample_tasks.note.enqueue("done")
    queue.claim("new")
    assert queue.take_over(heartbeat.dead_since(), "me", heartbeat.alive()) == 0


def test_a_worker_takes_up_its_own_task_whose_end_could_not_be_recorded() -> None:
    sample_tasks.note.enqueue("done")
    queue.claim("me")
    heartbeat.beat("me")
    assert queue.take_over(heartbeat.dead_since(), "me", heartbeat.alive()) == 1
    assert run_next("me")


def test_records_of_finished_tasks_are_thrown_out_after_a_day_and_of_failed_ones_after_two_weeks() -> None:
    sample_tasks.note.enqueue("done")
    run_next()
    sample_tasks.note.enqueue("waiting")
    sample_tasks.fail.enqueue("x")
    failed = DBTaskResult.objects.filter(task_path__endswith="fail")
    failed.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())

    def left_after(**age: int) -> int:
        with time_machine.travel(timezone.now() + timedelta(**age)):
            queue.prune()
        return DBTaskResult.objects.count()

    assert [left_after(hours=23), left_after(hours=25), left_after(days=15)] == [3, 2, 1]
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


@pytest.mark.django_db(transaction=True)
def test_several_workers_run_each_task_once() -> None:
    for number in range(40):
        sample_tasks.note.enqueue(f"n{number}")
    assert sum(together(4, lambda number: sum(iter(lambda: run_next(f"w{number}"), False)))) == 40
    assert all(len(row.worker_ids) == 1 for row in DBTaskResult.objects.all())
