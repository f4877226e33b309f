"""What `otalink maintenance` does."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from otalink.maintenance import schedule
from otalink.maintenance.models import CronRun


def list_tasks() -> list[dict[str, Any]]:
    """The cron tasks: name, schedule, when it was last finished (or None), when it is due next, whether it runs now."""
    now, runs = timezone.now(), CronRun.objects.in_bulk()
    return [_row(cron_task, runs.get(cron_task.name), cron_task.next_due(now)) for cron_task in schedule.cron_tasks()]


def run_task(name: str) -> dict[str, Any]:
    """Run a cron task now and return what it reports.

    Raises:
        LookupError: there is no such task.
        AlreadyRunning: it runs in another process.
    """
    return schedule.run_now(name)


def _row(cron_task: schedule.CronTask, run: CronRun | None, next_due: object) -> dict[str, Any]:
    return {
        "name": cron_task.name,
        "schedule": cron_task.schedule,
        "last_finished": run.finished if run else None,
        "next_due": next_due,
        "running": bool(run and run.running_since),
    }
