"""`otalink token ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late

if TYPE_CHECKING:
    from otalink.tokens import commands
else:
    commands = Late("otalink.tokens.commands")

token = Group("token", "One-time links.")
_ticket = click.argument("ticket", metavar="TICKET", help="ticket number")
_customer = click.option(
    "--customer", default="", metavar="LOGIN", help="the customer user (default: the ticket's own)"
)


@token.command("issue")
@_ticket
@_customer
def issue(ticket: str, customer: str) -> dict[str, str]:
    """Make a link and print it once."""
    return commands.issue(ticket, customer)


@token.command("list")
@_ticket
def list_all(ticket: str) -> list[dict[str, Any]]:
    """States and times of a ticket's links."""
    return commands.list_all(ticket)


@token.command("revoke")
@_ticket
@_customer
def revoke(ticket: str, customer: str) -> dict[str, int]:
    """End the live links of a ticket."""
    return commands.revoke(ticket, customer)


@token.command("switched")
def switched() -> list[dict[str, Any]]:
    """Recipients that were switched to codes, since machines press the buttons in their mail."""
    return commands.switched()


@token.command("switch-back")
@click.argument("recipient", metavar="DOMAIN", help="the domain, or the address, that was switched")
def switch_back(recipient: str) -> dict[str, str]:
    """Let the button of a link sign these recipients in again."""
    return commands.switch_back(recipient)
