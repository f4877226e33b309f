"""The task queue: claiming, running, trying again, taking over from the dead, and throwing out the old."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.common import retry
from otalink.customers.types import BackendUnavailable
from otalink.desk.port import DeskUnavailable
from otalink.notifications.mailer import TemporaryFailure

_KEEP_SUCCESSFUL, _KEEP_FAILED = timedelta(days=1), timedelta(days=14)

# What another system's outage looks like: told in one line, since there may be many and nothing of ours is wrong.
EXPECTED = (TemporaryFailure, DeskUnavailable, BackendUnavailable, DatabaseError, InterfaceError)

type QueuedTask = DBTaskResult[..., Any]

_log = structlog.get_logger("otalink.maintenance")


def claim(worker_id: str) -> QueuedTask | None:
    """Take the next task that is ready; no other worker has it then."""
    ready = DBTaskResult.objects.ready()
    # Most looks find nothing; they must not take a lock.
    if not ready.exists():
        return None
    with transaction.atomic():
        row = ready.get_locked()
        if row is not None:
            row.claim(worker_id)
        return row


def run(row: QueuedTask) -> None:
    """Run a claimed task; if it raises, it is ready again after the pause that `retry.TASKS` states."""
    try:
        arguments = row.args_kwargs
        value = row.task.call(*arguments["args"], **arguments["kwargs"])
    except Exception as error:  # noqa: BLE001 - whatever a task raises, it is tried again
        known = isinstance(error, EXPECTED)
        _log.warning(
            "task raised", task=row.task_path, attempt=len(row.worker_ids), error=str(error), exc_info=not known
        )
        _retry(row, error)
    else:
        row.set_successful(value)


@transaction.atomic
def _retry(row: QueuedTask, error: Exception) -> None:
    now = timezone.now()
    # Recorded as failed first, for the traceback that the record keeps while it waits.
    row.set_failed(error)
    if not retry.TASKS.is_over(row.enqueued_at, now):
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
