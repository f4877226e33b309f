"""`otalink agent ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late

if TYPE_CHECKING:
    from otalink.agents import commands
else:
    commands = Late("otalink.agents.commands")

agent = Group("agent", "Who answers customers, and administrates.")
_name = click.argument("name", metavar="NAME")


@agent.command("list")
def list_all() -> list[dict[str, Any]]:
    """All agents, and whether they may sign in."""
    return commands.list_all()


@agent.command("add")
@_name
@click.option("--admin", is_flag=True, help="who may do everything")
def add(name: str, admin: bool) -> dict[str, Any]:
    """A new agent; the password is read from standard input."""
    return commands.add(name, admin)


@agent.command("set-password")
@_name
def set_password(name: str) -> dict[str, Any]:
    """Read another password from standard input, also for a lost one."""
    return commands.set_password(name)
