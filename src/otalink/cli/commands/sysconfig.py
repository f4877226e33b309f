"""`otalink sysconfig ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late
from otalink.cli.prepare import Needs

if TYPE_CHECKING:
    from otalink.sysconfig import commands
else:
    commands = Late("otalink.sysconfig.commands")

sysconfig = Group("sysconfig", "Settings by their published names.")
_name = click.argument("name", metavar="NAME")


@sysconfig.command("list")
def list_all() -> list[dict[str, Any]]:
    """All settings with the value in force."""
    return commands.list_all()


@sysconfig.command("get", objects_as_json=True)
@_name
def get(name: str) -> Any:
    """The value in force."""
    return commands.get(name)


@sysconfig.command("set", objects_as_json=True)
@_name
@click.argument("value", metavar="VALUE", help="plain text or JSON")
def set_value(name: str, value: str) -> Any:
    """Change a setting."""
    return commands.set_value(name, value)


@sysconfig.command("reset", objects_as_json=True)
@_name
def reset(name: str) -> Any:
    """Go back to the default."""
    return commands.reset(name)


@sysconfig.command("export", objects_as_json=True)
def export() -> Any:
    """What was changed, as JSON that `import` takes."""
    return commands.export()


@sysconfig.command("import")
@click.argument("file", metavar="FILE", help="- is standard input")
def import_file(file: str) -> dict[str, int]:
    """Set everything a JSON file names, or nothing."""
    return commands.import_file(file)


@sysconfig.command("reference", needs=Needs.NOTHING)
def reference() -> str:
    """The settings reference as Markdown."""
    return commands.reference()
