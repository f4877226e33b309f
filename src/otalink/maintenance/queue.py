"""The task queue: claiming, running, trying again, taking over from the dead, and throwing out the old."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import QuerySet
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from otalink.common import retry
from otalink.customers.types import BackendUnavailable
from otalink.desk.port import DeskUnavailable
from otalink.notifications.deliver import deliver
from otalink.notifications.transport.mailer import TemporaryFailure

_KEEP_SUCCESSFUL, _KEEP_FAILED = timedelta(days=1), timedelta(days=14)

# What another system's outage looks like: told in one line, since there may be many and nothing of ours is wrong.
EXPECTED = (TemporaryFailure, DeskUnavailable, BackendUnavailable, DatabaseError, InterfaceError)

DELIVERY = deliver.module_path

type QueuedTask = DBTaskResult[..., Any]

_log = structlog.get_logger("otalink.maintenance")


@dataclass(frozen=True)
class Ended:
    """A task that was run: what it returned, or raised."""

    row: QueuedTask
    value: Any = None
    error: Exception | None = None


def claim(worker_id: str, most: int = 1, *, with_mail: bool = True) -> list[QueuedTask]:
    """Take the next tasks that are ready, `most` of them; no other worker has them then.

    `with_mail` is False while no mail may leave.
    """
    ready = DBTaskResult.objects.ready()
    return _take(ready if with_mail else ready.exclude(task_path=DELIVERY), worker_id, most)


def claim_mail(worker_id: str) -> list[QueuedTask]:
    """Take a single mail, however long it was to wait: one never tried where there is one, since it may be luckier."""
    waiting = _waiting_mail()
    return _take(waiting.filter(run_after=get_date_max()), worker_id, 1) or _take(waiting, worker_id, 1)


def has_mail() -> bool:
    """Whether a mail waits to be sent, now or later."""
    return _waiting_mail().exists()


def _waiting_mail() -> QuerySet[QueuedTask]:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=DELIVERY)


def _take(rows: QuerySet[QueuedTask], worker_id: str, most: int) -> list[QueuedTask]:
    # Most looks find nothing; they must not take a lock.
    if not rows.exists():
        return []
    with transaction.atomic():
        taken = list(rows.select_for_update(skip_locked=True)[:most])
        now = timezone.now()
        for row in taken:
            row.status, row.started_at, row.worker_ids = TaskResultStatus.RUNNING, now, [*row.worker_ids, worker_id]
        _set_worker_ids(taken, status=TaskResultStatus.RUNNING, started_at=now)
    return taken


def give_back(rows: Sequence[QueuedTask]) -> None:
    """Leave claimed tasks that were not begun to whoever claims next, as if they had never been claimed."""
    for row in rows:
        row.worker_ids = row.worker_ids[:-1]
    with transaction.atomic():
        _set_worker_ids(rows, status=TaskResultStatus.READY)


def _set_worker_ids(rows: Sequence[QueuedTask], **values: object) -> None:
    # Nearly all of them were never claimed before, so that one statement does for all.
    by_workers: dict[tuple[str, ...], list[UUID]] = {}
    for row in rows:
        by_workers.setdefault(tuple(row.worker_ids), []).append(row.pk)
    for worker_ids, keys in by_workers.items():
        DBTaskResult.objects.filter(pk__in=keys).update(worker_ids=list(worker_ids), **values)


def release_mail() -> int:
    """Have mail that waits for another try sent at once; how many."""
    later = _waiting_mail().filter(run_after__gt=timezone.now(), run_after__lt=get_date_max())
    return later.update(run_after=timezone.now())


def run(row: QueuedTask) -> Ended:
    """Run a claimed task; if it raises, it is ready again after the pause that its retry policy states."""
    try:
        arguments = row.args_kwargs
        value = row.task.call(*arguments["args"], **arguments["kwargs"])
    except Exception as error:  # noqa: BLE001 - whatever a task raises, it is tried again
        known = isinstance(error, EXPECTED)
        _log.warning(
            "task raised", task=row.task_path, attempt=len(row.worker_ids), error=str(error), exc_info=not known
        )
        _retry(row, error)
        return Ended(row, error=error)
    if not is_mail(row):
        row.set_successful(value)
    return Ended(row, value)


def is_mail(row: QueuedTask) -> bool:
    """Whether the task is to deliver a mail."""
    return row.task_path == DELIVERY


def record_delivered(ended: Sequence[Ended]) -> None:
    """Note that tasks are done which delivered mail: together, since one that runs again finds its mail sent."""
    keys: dict[Any, list[UUID]] = {}
    for one in ended:
        if one.error is None and is_mail(one.row):
            keys.setdefault(one.value, []).append(one.row.pk)
    for value, of_value in keys.items():
        DBTaskResult.objects.filter(pk__in=of_value).update(
            status=TaskResultStatus.SUCCESSFUL,
            finished_at=timezone.now(),
            return_value=value,
            exception_class_path="",
            traceback="",
        )


@transaction.atomic
def _retry(row: QueuedTask, error: Exception) -> None:
    now = timezone.now()
    # Recorded as failed first, for the traceback that the record keeps while it waits.
    row.set_failed(error)
    # A mail is given up by the outbox, which then raises no more.
    if is_mail(row) or not retry.TASKS.is_over(row.enqueued_at, now):
        _make_ready([row], TaskResultStatus.FAILED, now + retry.TASKS.delay_after(len(row.worker_ids)))


def take_over(dead_since: datetime, own_id: str, alive: Collection[str]) -> int:
    """Make tasks ready again whose worker is gone; returns how many.

    `alive` are the workers with a fresh heartbeat. A worker calls this between its tasks, so a task that is marked as
    its own (`own_id`) is one whose end could not be recorded. A task claimed after `dead_since` is left alone: its
    worker may not have had time for a first heartbeat.
    """
    rows = DBTaskResult.objects.running()
    left = [
        row
        for row in rows
        if row.worker_ids[-1] == own_id
        or (row.worker_ids[-1] not in alive and (row.started_at is None or row.started_at < dead_since))
    ]
    if left:
        _log.warning("tasks taken over", count=len(left))
        _make_ready(left, TaskResultStatus.RUNNING, timezone.now())
    return len(left)


def _make_ready(rows: Collection[QueuedTask], status: TaskResultStatus, run_after: datetime) -> None:
    DBTaskResult.objects.filter(pk__in=[row.pk for row in rows], status=status).update(
        status=TaskResultStatus.READY, run_after=run_after, finished_at=None
    )


def prune() -> None:
    """Throw out the records of tasks that ended a while ago."""
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - _KEEP_SUCCESSFUL).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - _KEEP_FAILED).delete()
