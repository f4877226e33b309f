"""The first words of all commands and what `otalink --help` says of them; what a word leads to is imported on use."""

from __future__ import annotations

import click

from otalink.cli.command import LazyGroup, Listed


def _listed(where: str, text: str) -> Listed:
    return Listed(f"otalink.cli.commands.{where}", text)


otalink = LazyGroup(
    "otalink",
    "Customers of a help desk get in by one-time link instead of a password.",
    {
        "demo": _listed("serving:demo", "Show the whole way in a throw-away data folder, then serve it until Ctrl+C."),
        "run": _listed("serving:run", "Web pages, worker, schedules and mail intake together."),
        "web": _listed("serving:web", "Only the web pages."),
        "worker": _listed("serving:worker", "Only the worker that sends mail and runs the schedules."),
        "check": _listed(
            "serving:check", "Configuration, database, mail and security; exit 1 with a list of what is wrong."
        ),
        "postmaster": _listed("postmaster:postmaster", "Take mail in."),
        "quarantine": _listed("quarantine:quarantine", "Mail that could not be filed."),
        "outbox": _listed("outbox:outbox", "Outgoing mail."),
        "agent": _listed("agent:agent", "Who answers customers, and administrates."),
        "customer": _listed("customer:customer", "Customer users, over all backends."),
        "ticket": _listed("ticket:ticket", "Tickets of the embedded desk."),
        "token": _listed("token:token", "One-time links."),
        "oidc": _listed("oidc:oidc", "The OpenID provider."),
        "maintenance": _listed("maintenance:maintenance", "The cron tasks."),
        "otobo": _listed("otobo:otobo", "Beside a real OTOBO."),
        "sysconfig": _listed("sysconfig:sysconfig", "Settings by their published names."),
    },
)
click.version_option(package_name="otalink", message="%(prog)s %(version)s")(otalink)
