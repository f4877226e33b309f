"""`otalink oidc ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otalink.cli.command import Group
from otalink.cli.late import Late

if TYPE_CHECKING:
    from otalink.oidc import commands
else:
    commands = Late("otalink.oidc.commands")

oidc = Group("oidc", "The OpenID provider.")
client = Group("client", "Programs that let in whom we vouch for.")
_id = click.argument("client_id", metavar="ID")


@client.command("add")
@_id
@click.option("--redirect-uri", multiple=True, required=True, metavar="URL", help="where its codes go; may be repeated")
@click.option(
    "--after-sign-out", multiple=True, metavar="URL", help="where signing out may lead back to; may be repeated"
)
@click.option("--title", default="", metavar="TEXT", help="what customers read on the sign-in page (default: the ID)")
@click.option("--algorithm", type=click.Choice(["RS256", "EdDSA"]), default="RS256", help="what its ID tokens have")
@click.option("--public", is_flag=True, help="it can keep no secret, and has PKCE instead")
def add(  # noqa: PLR0917 - click passes them by name
    client_id: str,
    redirect_uri: tuple[str, ...],
    after_sign_out: tuple[str, ...],
    title: str,
    algorithm: str,
    public: bool,
) -> dict[str, Any]:
    """A new client; its secret is printed once."""
    return commands.add(client_id, redirect_uri, after_sign_out, title, algorithm, public)


@client.command("list")
def list_all() -> list[dict[str, Any]]:
    """All clients, never their secrets."""
    return commands.list_all()


@client.command("remove")
@_id
def remove(client_id: str) -> dict[str, str]:
    """Forget a client; what it was given is worth nothing at once."""
    return commands.remove(client_id)


oidc.add_command(client)
