"""The `otalink` command: reads the command line, calls the handler, prints what it returns."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.metadata import version
from types import FrameType
from typing import Any

from otalink.cli.failures import NotReady, exit_code, guarded, told
from otalink.cli.output import CommandResult, as_json, as_text, say
from otalink.cli.table import COMMANDS, GROUPS, Command, Needs


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 cannot be met, 2 wrong usage, 75 try later."""
    arguments = vars(build_parser().parse_args(argv))
    command: Command = arguments.pop("_command")
    json_wanted: bool = arguments.pop("_json")
    handed_on = {name: value for name, value in arguments.items() if not name.startswith("_")}
    with _ended_by_signal():
        return guarded(partial(_run, command, handed_on, json_wanted=json_wanted))


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line, made from the table."""
    parser = argparse.ArgumentParser(
        prog="otalink", description="Customers of a help desk get in by one-time link instead of a password."
    )
    parser.add_argument("--version", action="version", version=f"otalink {version('otalink')}")
    top = parser.add_subparsers(dest="_word", required=True, metavar="COMMAND")
    groups = {"": top}
    for name, text in GROUPS.items():
        outer, _, word = name.rpartition(" ")
        groups[name] = _group(groups[outer], word, text)
    for command in COMMANDS:
        group, _, word = command.words.rpartition(" ")
        _add(groups[group], word, command)
    return parser


def _group(top: Any, name: str, text: str) -> Any:
    parser = top.add_parser(name, help=text, description=text)
    return parser.add_subparsers(dest="_second_word", required=True, metavar="COMMAND")


def _add(where: Any, word: str, command: Command) -> None:
    parser = where.add_parser(word, help=command.help, description=command.help)
    for argument in command.arguments:
        parser.add_argument(*argument.names, **argument.options)
    parser.add_argument("--json", dest="_json", action="store_true", help="print one JSON document on standard output")
    parser.set_defaults(_command=command)


def _run(command: Command, arguments: dict[str, Any], *, json_wanted: bool) -> int:
    _provide_for(command)
    module, _, name = command.handler.partition(":")
    returned = getattr(import_module(module), name)(**arguments)
    result = returned if isinstance(returned, CommandResult) else CommandResult(returned)
    if result.document is not None:
        json_wanted = json_wanted or (command.objects_as_json and isinstance(result.document, dict))
        say(as_json(result.document) if json_wanted else as_text(result.document))
    return result.exit_code


def _provide_for(command: Command) -> None:
    try:
        _provide(command.needs)
    except Exception as error:
        # Any other code would make the mail server send the mail back to whoever wrote it.
        if command.takes_mail and exit_code(error):
            raise NotReady(told(error)) from error
        raise


def _provide(needs: Needs) -> None:
    if needs is Needs.NOTHING:
        return
    from otalink.cli.start import start_django

    start_django()
    if needs is Needs.DATABASE:
        from otalink.cli.database import ensure_database

        ensure_database()


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
