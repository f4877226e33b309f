"""What is said of a command line that is none: how the command is used, what is wrong, what is accepted."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from otalink.cli.failures import EXIT_USAGE


def report(error: click.UsageError) -> int:
    """Tell on standard error; returns the exit code."""
    context = error.ctx
    message = error.format_message().rstrip(".")
    accepted = ", ".join(_accepted(error, context)) if context else ""
    usage = context.get_usage().replace("Usage", "usage", 1) if context else "usage: otalink [OPTIONS] COMMAND"
    told = f"{message[:1].lower()}{message[1:]}{'; accepted: ' if accepted else ''}{accepted}"
    sys.stderr.write(f"{usage}\notalink: {told}\n")
    return EXIT_USAGE


def _accepted(error: click.UsageError, context: click.Context) -> Iterable[str]:
    """What could stand in the place of an unknown option or command; nothing where the message says enough."""
    command = context.command
    if isinstance(error, click.NoSuchOption):
        return [max(option.opts, key=len) for option in command.get_params(context) if isinstance(option, click.Option)]
    if isinstance(command, click.Group):
        return command.list_commands(context)
    return ()
