"""`otalink ticket ...`: the embedded desk without a browser."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late
from otalink.cli.parameters import past_moment, positive

if TYPE_CHECKING:
    from otalink.desk_pages import commands
else:
    commands = Late("otalink.desk_pages.commands")

ticket = Group("ticket", "Tickets of the embedded desk.")
participant = Group("participant", "Who else reads and writes in a ticket.")
_number = click.argument("number", metavar="NUMBER", help="ticket number")
_address = click.argument("address", metavar="ADDRESS", help="e-mail address")


@ticket.command("list")
@click.option("--limit", type=positive, default="1000", show_default=True, metavar="N", help="at most so many")
def list_all(limit: int) -> list[dict[str, Any]]:
    """Tickets, last changed first."""
    return commands.list_all(limit)


@ticket.command("show")
@_number
def show(number: str) -> dict[str, Any]:
    """One ticket with its articles and history."""
    return commands.show(number)


@ticket.command("close")
@_number
@click.option("--at", type=past_moment, metavar="ISO-TIME", help="backdate the close, for tests")
def close(number: str, at: datetime | None) -> dict[str, Any]:
    """Close a ticket."""
    return commands.close(number, at)


@ticket.command("reopen")
@_number
def reopen(number: str) -> dict[str, Any]:
    """Open a closed ticket again."""
    return commands.reopen(number)


@ticket.command("reply")
@_number
@click.option("--body", required=True, metavar="TEXT")
def reply(number: str, body: str) -> dict[str, Any]:
    """Reply to the customer as an agent."""
    return commands.reply(number, body)


@participant.command("list")
@_number
def participant_list(number: str) -> list[dict[str, Any]]:
    """Who else reads and writes."""
    return commands.participant_list(number)


@participant.command("add")
@_number
@_address
def participant_add(number: str, address: str) -> dict[str, str]:
    """Let somebody read and write; they are mailed a link of their own."""
    return commands.participant_add(number, address)


@participant.command("remove")
@_number
@_address
def participant_remove(number: str, address: str) -> dict[str, str]:
    """End their part, their links and their sessions."""
    return commands.participant_remove(number, address)


ticket.add_command(participant)
