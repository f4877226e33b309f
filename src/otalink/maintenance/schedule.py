"""Cron tasks: declared in SysConfig, queued when they are due, one instance of each at a time over all processes.

Schedules are in UTC, the time that everything is kept in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from croniter import croniter
from django.db import transaction
from django.db.models import Q
from django.tasks import task
from django.utils import timezone
from django.utils.module_loading import import_string

from otalink.maintenance.errors import AlreadyRunning
from otalink.maintenance.models import CronRun
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CRON, SETTINGS

# A run that began longer ago was cut off: no task of ours takes minutes.
_CUT_OFF_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class CronTask:
    """A declared cron task; `schedule` has five cron fields, `function` is a dotted name."""

    name: str
    schedule: str
    function: str

    def last_due(self, now: datetime) -> datetime:
        """The last moment before `now` at which it was due."""
        times: Any = croniter(self.schedule, now)
        due: datetime = times.get_prev(datetime)
        return due

    def next_due(self, now: datetime) -> datetime:
        """The first moment after `now` at which it is due."""
        times: Any = croniter(self.schedule, now)
        due: datetime = times.get_next(datetime)
        return due


def cron_tasks() -> list[CronTask]:
    """All cron tasks, as they are set now."""
    values = [store.get(setting) for name, setting in SETTINGS.items() if name.startswith(f"{CRON}###")]
    return [CronTask(value["TaskName"], value["Schedule"], value["Function"]) for value in values]


def queue_due() -> int:
    """Queue the tasks that came due since they were last attended to; returns how many.

    What was missed while no worker ran is caught up by one run. A task that is new here waits for its time.
    """
    now, queued = timezone.now(), 0
    attended = dict(CronRun.objects.values_list("name", "due"))
    for cron_task in cron_tasks():
        due = cron_task.last_due(now)
        if cron_task.name not in attended:
            CronRun.objects.bulk_create([CronRun(name=cron_task.name, due=due)], ignore_conflicts=True)
        elif attended[cron_task.name] < due:
            queued += _queue(cron_task.name, due)
    return queued


@transaction.atomic
def _queue(name: str, due: datetime) -> int:
    # Of several workers that see it due, one changes the row.
    changed = CronRun.objects.filter(name=name, due__lt=due).update(due=due)
    if changed:
        run_scheduled.enqueue(name)
    return changed


@task
def run_scheduled(name: str) -> dict[str, Any]:
    """A due run; while it raises, the worker tries it again."""
    return run_now(name)


def run_now(name: str) -> dict[str, Any]:
    """Run a cron task at once and return what it reports.

    Raises:
        LookupError: there is no such task.
        AlreadyRunning: it runs in another process.
    """
    cron_task = next((cron_task for cron_task in cron_tasks() if cron_task.name == name), None)
    if cron_task is None:
        raise LookupError(f"no cron task {name!r}; `otalink maintenance list` names them all")
    _begin(cron_task)
    run = CronRun.objects.filter(name=name)
    try:
        result: dict[str, Any] = import_string(cron_task.function)()
        run.update(finished=timezone.now())
    finally:
        run.update(running_since=None)
    return result


def _begin(cron_task: CronTask) -> None:
    now = timezone.now()
    CronRun.objects.bulk_create([CronRun(name=cron_task.name, due=cron_task.last_due(now))], ignore_conflicts=True)
    idle = Q(running_since=None) | Q(running_since__lt=now - _CUT_OFF_AFTER)
    if not CronRun.objects.filter(idle, name=cron_task.name).update(running_since=now):
        raise AlreadyRunning(f"{cron_task.name} is running already")
