"""Which workers are alive, and when the cron tasks ran."""

from __future__ import annotations

from django.db import models


class WorkerHeartbeat(models.Model):
    """A worker that lives; what a worker without a fresh heartbeat left running is taken over by another."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker_id


class CronRun(models.Model):
    """A cron task. `due` is the last due time that was attended to; `running_since` is set while it runs."""

    name = models.CharField(max_length=150, primary_key=True)
    due = models.DateTimeField()
    running_since = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
