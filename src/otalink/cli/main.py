"""The `otalink` command: runs one command of `cli.words` and returns its exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType

from otalink.cli.failures import guarded

_COMPLETE = "_OTALINK_COMPLETE"  # set by the shell, whenever somebody presses Tab


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 cannot be met, 2 wrong usage, 75 try later."""
    words = sys.argv[1:] if argv is None else list(argv)
    with _private_files(), _ended_by_signal():
        return guarded(partial(_run, words))


def _run(words: list[str]) -> int:
    # Late, since the processes below a server import this module too and read no words.
    import click

    from otalink.cli.usage import report
    from otalink.cli.words import otalink

    if instruction := os.environ.get(_COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(otalink, {}, "otalink", _COMPLETE, instruction)
    try:
        # Not click's own `main`, which has other exit codes than ours for signals and closed pipes.
        with otalink.make_context("otalink", words) as context:
            return int(otalink.invoke(context))
    except click.exceptions.Exit as ended:  # after --help and --version
        return ended.exit_code
    except click.UsageError as error:
        return report(error)


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    # Until a server takes the signal over, SIGTERM ends a command the way Ctrl+C does: clean-up runs.
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _private_files() -> Iterator[None]:
    # Customers' mail is nobody else's to read: not in the database, a file or a folder that we make.
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
