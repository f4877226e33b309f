"""`otalink postmaster ...`: mail comes in, and its outcome is the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from otalink.cli.command import Group
from otalink.cli.commands.account import account
from otalink.cli.failures import EXIT_DONE, EXIT_TRY_LATER, outcome_exit_code
from otalink.cli.late import Late
from otalink.cli.mail_results import record_of
from otalink.cli.output import CommandResult
from otalink.cli.parameters import listen_on
from otalink.cli.server.ports import ListenOn

if TYPE_CHECKING:
    from otalink.cli.server import single
    from otalink.postmaster import commands
    from otalink.postmaster.sources import archives
else:
    single, commands = Late("otalink.cli.server.single"), Late("otalink.postmaster.commands")
    archives = Late("otalink.postmaster.sources.archives")

postmaster = Group("postmaster", "Take mail in.")
_path = click.Path(path_type=Path)


@postmaster.command("read", takes_mail=True, makes_data=True)
@click.option("--untrusted", is_flag=True, help="do not honour X-OTOBO-* headers")
@click.argument("files", nargs=-1, type=_path, metavar="[FILE]...")
def read(untrusted: bool, files: tuple[Path, ...]) -> CommandResult:
    """File mail from files or standard input; exit 0: safely on disk, 75: try later."""
    results = commands.read(list(files), trusted=not untrusted)
    records = [record_of(result) for result in results]
    # The worst of all: a caller that tries again files nothing twice.
    worst = max(outcome_exit_code(result.outcome) for result in results)
    return CommandResult(records[0] if len(records) == 1 else records, worst)


@postmaster.command("lmtp", makes_data=True)
@click.option(
    "--lmtp",
    type=listen_on,
    default="127.0.0.1:2424",
    show_default=True,
    metavar="HOST:PORT",
    help="where mail comes in",
)
def lmtp(lmtp: ListenOn) -> None:
    """Only the LMTP server."""
    single.lmtp(lmtp)


@postmaster.command("import", makes_data=True)
@click.option("--trusted", is_flag=True, help="honour X-OTOBO-* headers")
@click.option(
    "--notify",
    is_flag=True,
    help="treat it as if it came now: senders are mailed, and the limits on new customer users hold",
)
@click.argument("path", type=_path, metavar="PATH")
def import_archive(trusted: bool, notify: bool, path: Path) -> CommandResult:
    """File all old mail of an mbox file or a Maildir and mail nobody; doing it again files nothing twice."""
    progress = archives.run(path, trusted=trusted, notify=notify)
    later = any(outcome_exit_code(outcome) == EXIT_TRY_LATER for outcome in progress.outcomes)
    return CommandResult({"mails": progress.mails, **progress.outcomes}, EXIT_TRY_LATER if later else EXIT_DONE)


@postmaster.command("smtp", makes_data=True)
@click.option(
    "--smtp",
    type=listen_on,
    default="127.0.0.1:2525",
    show_default=True,
    metavar="HOST:PORT",
    help="where mail comes in",
)
def smtp(smtp: ListenOn) -> None:
    """Only the SMTP server, for hosts that know no LMTP."""
    single.smtp(smtp)


@postmaster.command("fetch", makes_data=True)
@click.option("--once", is_flag=True, help="fetch what is there and end; exit 1 where an account fails")
def fetch(once: bool) -> CommandResult:
    """Only the fetching from mail accounts."""
    return single.fetch(once)


postmaster.add_command(account)
