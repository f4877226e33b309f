"""`otalink otobo ...`: setting up beside a real OTOBO."""

from __future__ import annotations

from typing import Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late
from otalink.cli.prepare import Needs

# By its name alone: nobody imports what stands beside an OTOBO.
commands: Any = Late("otalink.otobo.commands")

otobo = Group("otobo", "Beside a real OTOBO.")
_write = click.option("--write", is_flag=True, help="customer users are made in OTOBO's own table instead of ours")
_PARTS = ["perl", "webservice", "apache", "nginx-http", "nginx-server"]


@otobo.command("sql", needs=Needs.DJANGO)
@_write
@click.option("--import", "importing", is_flag=True, help="also what `otalink otobo import` reads")
def sql(write: bool, importing: bool) -> str:
    """The SQL that gives otalink its rights, and OTOBO a view of our customer users."""
    text: str = commands.sql(write=write, importing=importing)
    return text


@otobo.command("config", needs=Needs.DJANGO)
@click.argument("part", type=click.Choice(_PARTS), metavar="PART")
@_write
@click.option("--otobo", "otobo_url", default="", metavar="URL", help="where customers meet OTOBO's customer.pl")
@click.option("--upstream", default="", metavar="URL", help="where OTOBO's web server meets otalink")
@click.option("--admit", multiple=True, metavar="IP", help="from where otalink calls OTOBO; may be repeated")
def config(part: str, write: bool, otobo_url: str, upstream: str, admit: tuple[str, ...]) -> str:
    """A text for OTOBO's side: its Kernel/Config.pm, web service or web server."""
    text: str = commands.part(part, write=write, otobo_url=otobo_url, upstream=upstream, admitted=admit)
    return text


@otobo.command("import")
def take_over() -> dict[str, Any]:
    """Take links and settings of the published add-on over; can be repeated."""
    found: dict[str, Any] = commands.take_over()
    return found
