"""`otalink customer ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late

if TYPE_CHECKING:
    from otalink.customers import commands
else:
    commands = Late("otalink.customers.commands")

customer = Group("customer", "Customer users, over all backends.")
address = Group("address", "Further addresses of a customer user.")
_login = click.argument("login", metavar="LOGIN")
_address = click.argument("address", metavar="ADDRESS", help="e-mail address")


@customer.command("list")
def list_all() -> list[dict[str, Any]]:
    """All customer users."""
    return commands.list_all()


@customer.command("show")
@_login
def show(login: str) -> dict[str, Any]:
    """One customer user."""
    return commands.show(login)


@customer.command("disable")
@_login
def disable(login: str) -> dict[str, Any]:
    """Let them in no more."""
    return commands.disable(login)


@customer.command("enable")
@_login
def enable(login: str) -> dict[str, Any]:
    """Let them in again."""
    return commands.enable(login)


@customer.command("delete")
@_login
def delete(login: str) -> dict[str, Any]:
    """Forget a customer user."""
    return commands.delete(login)


@address.command("add")
@_login
@_address
def address_add(login: str, address: str) -> dict[str, Any]:
    """Mail from it is theirs too."""
    return commands.address_add(login, address)


@address.command("remove")
@_login
@_address
def address_remove(login: str, address: str) -> dict[str, Any]:
    """It is theirs no more."""
    return commands.address_remove(login, address)


customer.add_command(address)


@customer.command("merge")
@click.argument("login", metavar="FROM")
@click.argument("into", metavar="INTO")
def merge(login: str, into: str) -> dict[str, Any]:
    """Make one person of two: everything of the first becomes the second's."""
    return commands.merge(login, into)


@customer.command("admit")
@click.argument("ticket", metavar="TICKET", help="ticket number")
def admit(ticket: str) -> dict[str, str]:
    """Let the sender in who waits on a ticket."""
    return commands.admit(ticket)


@customer.command("set-password")
@_login
def set_password(login: str) -> dict[str, Any]:
    """Read a password from standard input; an empty one takes it away."""
    return commands.set_password(login)
