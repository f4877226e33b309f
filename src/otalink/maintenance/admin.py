"""What the worker does, in `/admin`."""

from __future__ import annotations

from django.contrib import admin
from django_tasks_db.models import DBTaskResult
from unfold.decorators import display

from otalink.common.read_only_admin import ReadOnlyAdmin

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskAdmin(ReadOnlyAdmin):
    """What the worker does, did and could not do."""

    list_display = ("task_name", "shown_state", "enqueued_at", "finished_at", "error")
    list_display_links = None
    list_filter = ("status",)
    fields = ("task_path", "status", "enqueued_at", "started_at", "finished_at", "traceback")
    ordering = ("-enqueued_at",)

    @display(
        description="state", ordering="status", label={"Successful": "success", "Failed": "danger", "Running": "info"}
    )
    def shown_state(self, task: DBTaskResult[..., object]) -> str:
        """How far it is."""
        return str(task.get_status_display())

    @admin.display(description="last error")
    def error(self, task: DBTaskResult[..., object]) -> str:
        """What it failed with, in a line; the log has the rest."""
        return (str(task.traceback).strip().splitlines() or [""])[-1]
