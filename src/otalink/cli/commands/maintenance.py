"""`otalink maintenance ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late

if TYPE_CHECKING:
    from otalink.maintenance import commands
else:
    commands = Late("otalink.maintenance.commands")

maintenance = Group("maintenance", "The cron tasks.")


@maintenance.command("list")
def list_tasks() -> list[dict[str, Any]]:
    """The cron tasks and their schedules."""
    return commands.list_tasks()


@maintenance.command("run")
@click.argument("name", metavar="TASKNAME")
def run_task(name: str) -> dict[str, Any]:
    """Run a task now."""
    return commands.run_task(name)
