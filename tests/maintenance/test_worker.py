"""The worker in the threads of its process: what it does by itself, and how it ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import Settings

from otalink.common import retry
from otalink.common.retry import RetryPolicy
from otalink.maintenance import batch, heartbeat, schedule, worker
from otalink.maintenance.models import CronRun, WorkerHeartbeat
from otalink.maintenance.worker import Worker
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.sysconfig.models import StoredValue
from tests.maintenance import sample_tasks
from tests.support import make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("data_folder"),
]


@pytest.fixture
def working() -> Iterator[Worker]:
    part = Worker()
    part.start()
    yield part
    part.stop()


def wait_until(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def exists(name: str) -> bool:
    return StoredValue.objects.filter(name=name).exists()


def test_a_new_ticket_is_answered_by_mail_within_seconds(tmp_path: Path, settings: Settings) -> None:
    settings.OTALINK_MAIL_URL = (tmp_path / "outgoing").as_uri()
    part = Worker()
    part.start()
    try:
        make.customer()
        make.ticket()
        wait_until(lambda: OutboxMail.objects.filter(state="sent").exists(), 5)
    finally:
        part.stop()
    assert len(list((tmp_path / "outgoing").iterdir())) == 1


def test_it_follows_the_schedules(working: Worker) -> None:
    names = {task.name for task in schedule.cron_tasks()}
    wait_until(lambda: set(CronRun.objects.values_list("name", flat=True)) == names)


def test_it_says_that_it_lives_and_takes_that_back_at_the_end(working: Worker) -> None:
    wait_until(WorkerHeartbeat.objects.filter(pk=working.id).exists)
    working.stop()
    assert not WorkerHeartbeat.objects.exists()


def test_it_ends_at_once_when_it_has_nothing_to_do(working: Worker) -> None:
    wait_until(CronRun.objects.exists)
    begun = time.monotonic()
    working.stop()
    assert time.monotonic() - begun < 2


def test_it_finishes_the_task_in_hand_and_begins_no_other(working: Worker) -> None:
    sample_tasks.work_slowly.enqueue("first", 1.5)
    wait_until(lambda: exists("first begun"))
    sample_tasks.note.enqueue("second")
    working.stop()
    assert exists("first ended")
    assert not exists("second")


def test_it_does_not_wait_for_ever_for_a_task_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "INTERVAL", 0.1)
    part = Worker()
    part.start()
    sample_tasks.work_slowly.enqueue("long", 3)
    wait_until(lambda: exists("long begun"))
    begun = time.monotonic()
    part.stop(seconds=0.5)
    assert time.monotonic() - begun < 1.5
    assert WorkerHeartbeat.objects.filter(pk=part.id).exists(), "it still lives, so nobody may take the task over"
    part.stop()
    assert exists("long ended")


def test_a_full_queue_is_worked_off_without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "WORKER_ROUNDS", RetryPolicy(timedelta(seconds=60), timedelta(seconds=60)))
    names = [f"n{number}" for number in range(batch.MOST * 3)]
    for name in names:
        sample_tasks.note.enqueue(name)
    part = Worker()
    part.start()
    try:
        wait_until(lambda: StoredValue.objects.filter(name__in=names).count() == len(names))
    finally:
        part.stop()


def test_a_task_that_raises_does_not_stop_the_next(working: Worker) -> None:
    sample_tasks.fail.enqueue("x")
    sample_tasks.note.enqueue("next")
    wait_until(lambda: exists("next"))


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), RuntimeError("a bug")])
def test_a_feed_that_fails_stops_neither_tasks_nor_the_worker(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = iter([error, error])

    def flaky() -> int:
        if failure := next(failures, None):
            raise failure
        return feed()

    monkeypatch.setattr(worker, "feed", flaky)
    caplog.set_level(logging.WARNING)
    part = Worker()
    part.start()
    try:
        sample_tasks.note.enqueue("meanwhile")
        make.ticket("nobody@customer.example")
        wait_until(lambda: exists("meanwhile"))
        wait_until(lambda: OutboxMail.objects.filter(state="dropped").exists())
    finally:
        part.stop()
    assert str(error) in caplog.text
