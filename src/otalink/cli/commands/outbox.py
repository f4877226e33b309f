"""`otalink outbox ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late
from otalink.cli.parameters import positive

if TYPE_CHECKING:
    from otalink.notifications.results import commands
else:
    commands = Late("otalink.notifications.results.commands")

outbox = Group("outbox", "Outgoing mail.")
_id = click.argument("mail_id", metavar="ID")


@outbox.command("list")
@click.option("--limit", type=positive, default="1000", show_default=True, metavar="N", help="at most so many")
@click.option(
    "--state",
    "states",
    type=click.Choice(["queued", "sent", "failed", "returned", "dropped"]),
    multiple=True,
    help="only mail in that state; may be given several times",
)
def list_all(limit: int, states: tuple[str, ...]) -> list[dict[str, Any]]:
    """Mail that waits or did not arrive, and why; then the newest of the other mail."""
    return commands.list_all(limit, states)


@outbox.command("retry")
@_id
def retry(mail_id: str) -> dict[str, Any] | list[dict[str, Any]]:
    """Send a mail now, once more if it did not arrive; or all that did not."""
    return commands.retry(mail_id)


@outbox.command("drop")
@_id
def drop(mail_id: str) -> dict[str, Any]:
    """Send a mail no more, and tell of it no more."""
    return commands.drop(mail_id)
