"""`otalink demo`, `run`, `web`, `worker` and `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from otalink.cli.command import Command
from otalink.cli.late import Late
from otalink.cli.output import CommandResult
from otalink.cli.parameters import default_lmtp, listen_on, listen_on_or_off, positive
from otalink.cli.prepare import Needs
from otalink.cli.server.ports import ListenOn

if TYPE_CHECKING:
    from otalink.cli.check import installation
    from otalink.cli.demo import story
    from otalink.cli.server import single, supervisor
else:
    installation, story = Late("otalink.cli.check.installation"), Late("otalink.cli.demo.story")
    single, supervisor = Late("otalink.cli.server.single"), Late("otalink.cli.server.supervisor")

_bind = click.option(
    "--bind",
    type=listen_on,
    default="127.0.0.1:8000",
    show_default=True,
    metavar="HOST:PORT",
    help="where the web pages listen",
)


@click.command("demo", cls=Command, needs=Needs.NOTHING)
@click.option("--once", is_flag=True, help="open the link too, then end instead of serving")
def demo(once: bool) -> None:
    """Show the whole way in a throw-away data folder, then serve it until Ctrl+C."""
    story.demo(once)


@click.command("run", cls=Command, needs=Needs.NOTHING)
@_bind
@click.option(
    "--lmtp",
    type=listen_on_or_off,
    default=default_lmtp,
    show_default="127.0.0.1:2424; beside OTOBO, which takes its mail itself, off",
    metavar="HOST:PORT",
    help="where mail comes in; or off",
)
@click.option(
    "--smtp",
    type=listen_on_or_off,
    default="off",
    show_default=True,
    metavar="HOST:PORT",
    help="where mail comes in over SMTP; or off",
)
def run(bind: ListenOn, lmtp: ListenOn | None, smtp: ListenOn | None) -> CommandResult:
    """Web pages, worker, schedules and mail intake together."""
    return supervisor.run(bind, lmtp, smtp)


@click.command("web", cls=Command, needs=Needs.NOTHING)
@_bind
@click.option("--workers", type=positive, default="1", show_default=True, metavar="N", help="processes")
def web(bind: ListenOn, workers: int) -> CommandResult:
    """Only the web pages."""
    return supervisor.web(bind, workers)


@click.command("worker", cls=Command, makes_data=True)
def worker() -> None:
    """Only the worker that sends mail and runs the schedules."""
    single.worker()


@click.command("check", cls=Command, needs=Needs.NOTHING)
def check() -> CommandResult:
    """Configuration, database, mail and security; exit 1 with a list of what is wrong."""
    return installation.check()
