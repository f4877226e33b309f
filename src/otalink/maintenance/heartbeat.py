"""The heartbeat of workers: a row each, written anew every few seconds while the worker lives, busy or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from otalink.maintenance.models import WorkerHeartbeat

INTERVAL = 5.0
# Several beats may be missed, for a slow disk or a database that restarts.
DEAD_AFTER = timedelta(seconds=30)


def beat(worker_id: str) -> None:
    """Say that this worker lives."""
    now = timezone.now()
    if not WorkerHeartbeat.objects.filter(pk=worker_id).update(seen=now):
        WorkerHeartbeat.objects.bulk_create([WorkerHeartbeat(worker_id=worker_id, seen=now)], ignore_conflicts=True)


def dead_since() -> datetime:
    """A worker that was not seen since then is dead."""
    return timezone.now() - DEAD_AFTER


def alive() -> set[str]:
    """The workers that live; the rows of the dead are thrown out."""
    WorkerHeartbeat.objects.filter(seen__lt=dead_since()).delete()
    return set(WorkerHeartbeat.objects.values_list("worker_id", flat=True))


def end(worker_id: str) -> None:
    """This worker ended in good order."""
    WorkerHeartbeat.objects.filter(pk=worker_id).delete()
