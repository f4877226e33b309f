"""`otalink quarantine ...`; all but the replay works while the database is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.failures import EXIT_CANNOT, EXIT_DONE, outcome_exit_code
from otalink.cli.late import Late
from otalink.cli.output import CommandResult
from otalink.cli.prepare import Needs

if TYPE_CHECKING:
    from otalink.postmaster import commands
else:
    commands = Late("otalink.postmaster.commands")

quarantine = Group("quarantine", "Mail that could not be filed.")
_id = click.argument("item_id", metavar="ID")


@quarantine.command("list", needs=Needs.DJANGO)
def list_all() -> list[dict[str, Any]]:
    """What lies in quarantine, and why."""
    return commands.quarantine_list()


@quarantine.command("show", needs=Needs.DJANGO)
@_id
def show(item_id: str) -> dict[str, Any]:
    """One mail with its headers."""
    return commands.quarantine_show(item_id)


@quarantine.command("replay")
@_id
def replay(item_id: str) -> CommandResult:
    """Try again to file a mail, or all."""
    if item_id == "all":
        records = commands.quarantine_replay_all()
        return CommandResult(records, max((_replay_exit_code(record) for record in records), default=EXIT_DONE))
    record = commands.quarantine_replay(item_id)
    return CommandResult(record, _replay_exit_code(record))


@quarantine.command("delete", needs=Needs.DJANGO)
@_id
def delete(item_id: str) -> dict[str, Any]:
    """Forget a mail."""
    return commands.quarantine_delete(item_id)


def _replay_exit_code(record: dict[str, Any]) -> int:
    # Taken in for good is what quarantine means to a mail server; to whoever replays it, nothing was gained.
    return EXIT_CANNOT if record["outcome"] == "quarantined" else outcome_exit_code(record["outcome"])
