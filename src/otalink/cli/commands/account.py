"""`otalink postmaster account ...`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late
from otalink.cli.parameters import positive

if TYPE_CHECKING:
    from otalink.postmaster.accounts import commands
else:
    commands = Late("otalink.postmaster.accounts.commands")

account = Group("account", "Mail accounts that mail is fetched from.")
_name = click.argument("name", metavar="NAME")
_SECRETS = ["password", "client_secret", "refresh_token"]


def _secret(choices: list[str], text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--secret", default="password", show_default=True, type=click.Choice(choices), help=text)


@account.command("list")
def list_all() -> list[dict[str, Any]]:
    """All accounts, and how fetching goes."""
    return commands.list_all()


@account.command("show")
@_name
def show(name: str) -> dict[str, Any]:
    """One account."""
    return commands.show(name)


@account.command("add")
@_name
@click.option("--user", required=True, metavar="USER")
@click.option(
    "--preset",
    type=click.Choice(["microsoft", "google"]),
    help="fill in what Microsoft 365 or Google needs",
)
@click.option("--tenant", default="", metavar="ID", help="of Microsoft 365")
@click.option("--host", default="", metavar="HOST")
@click.option("--port", type=positive, metavar="PORT", help="default: the usual one")
@click.option(
    "--protocol",
    default="imap",
    show_default=True,
    type=click.Choice(["imap", "pop3"]),
    help="how the mailbox is read",
)
@click.option(
    "--security",
    default="tls",
    show_default=True,
    type=click.Choice(["tls", "starttls", "none"]),
    help="of the connection",
)
@_secret([*_SECRETS, "none"], "what standard input holds")
@click.option("--token-url", default="", metavar="URL", help="OAuth2")
@click.option("--client-id", default="", metavar="ID", help="OAuth2")
@click.option("--scope", default="", metavar="SCOPE", help="OAuth2")
@click.option("--folder", default="INBOX", show_default=True, metavar="FOLDER", help="where new mail lies")
@click.option(
    "--existing",
    type=click.Choice(["leave", "quietly", "new"]),
    help="mail that is there already: leave it, file it quietly, or treat it as new; default: ask, or leave it",
)
@click.option(
    "--after",
    type=click.Choice(["move", "leave", "delete"]),
    help="what becomes of filed mail; default: IMAP moves it, POP3 leaves it",
)
@click.option("--move-to", default="", metavar="FOLDER", help="where filed mail goes; default: Filed")
@click.option("--queue", default="", metavar="QUEUE", help="for new tickets; default: by recipient address")
@click.option("--trusted", is_flag=True, help="honour X-OTOBO-* headers")
def add(preset: str | None, after: str | None, **values: Any) -> dict[str, Any]:
    """A new account; changes no mail that is there. Its secret is read from standard input."""
    return commands.add(preset or "", after=after or "", **values)


@account.command("set-secret")
@_name
@_secret(_SECRETS, "which one")
def set_secret(name: str, secret: str) -> dict[str, Any]:
    """Read another secret from standard input."""
    return commands.set_secret(name, secret)


@account.command("test")
@_name
def test(name: str) -> dict[str, Any]:
    """Connect, sign in, change nothing."""
    return commands.test(name)


@account.command("authorize")
@_name
def authorize(name: str) -> dict[str, Any]:
    """Sign in to Microsoft 365 by code."""
    return commands.authorize(name)


@account.command("enable")
@_name
def enable(name: str) -> dict[str, Any]:
    """Fetch from it again."""
    return commands.enable(name)


@account.command("disable")
@_name
def disable(name: str) -> dict[str, Any]:
    """Fetch from it no more."""
    return commands.disable(name)


@account.command("delete")
@_name
def delete(name: str) -> dict[str, Any]:
    """Forget it; mail stays where it is."""
    return commands.delete(name)
