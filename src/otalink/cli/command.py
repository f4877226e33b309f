"""Our kinds of click command and group: a command prepares what it needs, calls its handler and prints the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, override

import click

from otalink.cli.output import CommandResult, as_json, as_text, say
from otalink.cli.prepare import Needs, prepare

_NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d*)?")
_JSON_HELP = "print one JSON document on standard output"
_HELP_NAMES = {"help_option_names": ["-h", "--help"]}


class Command(click.Command):
    """A command whose callback returns what is printed; every one takes `--json`, and its docstring is its help.

    `objects_as_json`: an object is JSON for people too, who type what they read. `takes_mail`: called by a mail server,
    which keeps only what is to be tried later. `makes_data`: begins an installation where there is none.
    """

    def __init__(
        self,
        name: str | None,
        *,
        needs: Needs = Needs.DATABASE,
        objects_as_json: bool = False,
        takes_mail: bool = False,
        makes_data: bool = False,
        **attributes: Any,
    ) -> None:
        super().__init__(name, context_settings=_HELP_NAMES, **attributes)
        self.needs, self.objects_as_json, self.takes_mail = needs, objects_as_json, takes_mail
        self.makes_data = makes_data
        self.short_help = (self.help or "").rstrip(".")  # click would cut it at the width of the terminal
        self.params.append(click.Option(["--json", "_json"], is_flag=True, help=_JSON_HELP))

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; a negative number is a value, as in `sysconfig set NAME -1`."""
        ctx.ignore_unknown_options = any(map(_NEGATIVE_NUMBER.fullmatch, args))
        return super().parse_args(ctx, args)

    @override
    def invoke(self, ctx: click.Context) -> int:
        """Call the handler and print what it returns; returns the exit code."""
        json_wanted: bool = ctx.params.pop("_json")
        self._prepare()
        returned = super().invoke(ctx)
        result = returned if isinstance(returned, CommandResult) else CommandResult(returned)
        if result.document is not None:
            json_wanted = json_wanted or (self.objects_as_json and isinstance(result.document, dict))
            say(as_json(result.document) if json_wanted else as_text(result.document))
        return result.exit_code

    def _prepare(self) -> None:
        from otalink.cli.failures import NotReady, exit_code, told

        try:
            prepare(self.needs, makes_data=self.makes_data)
        except Exception as error:
            # Any other code would make the mail server send the mail back to whoever wrote it.
            if self.takes_mail and exit_code(error):
                raise NotReady(told(error)) from error
            raise


class Group(click.Group):
    """Commands that begin with the same word, listed in the order they are declared."""

    command_class = Command

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, help=text, short_help=text.rstrip("."), context_settings=_HELP_NAMES)
        self.no_args_is_help = False  # that a word is missing is an error, which says what could follow

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """The words of its commands; click would sort them."""
        return list(self.commands)


@dataclass(frozen=True)
class Listed:
    """A command or group that is imported when it is used: `module:name`, and what a list says of it meanwhile."""

    where: str
    text: str


class LazyGroup(Group):
    """A group that knows of its commands no more than their words and a line each, until one is used."""

    def __init__(self, name: str, text: str, listed: Mapping[str, Listed]) -> None:
        super().__init__(name, text)
        self.listed = listed

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """The words of its commands."""
        return list(self.listed)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        if cmd_name not in self.listed:
            return None
        module, _, name = self.listed[cmd_name].where.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(word, listed.text.rstrip(".")) for word, listed in self.listed.items()])
