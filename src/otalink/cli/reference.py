"""The reference of commands, made from what click knows of them; `docs/reference/commands.md` is this text."""

from __future__ import annotations

from collections.abc import Iterator

import click

from otalink.cli.command import Command
from otalink.cli.words import otalink

_INTRODUCTION = """# Commands

`--json` after any command prints one JSON document on standard output; logs go to standard error. Exit codes: 0 done,
1 the request could not be met (one line on standard error says why), 2 wrong usage, 75 try later.
`eval "$(_OTALINK_COMPLETE=bash_source otalink)"` makes Tab complete commands and options in bash; zsh and fish have
`zsh_source` and `fish_source`.

This page is made from `src/otalink/cli/commands`; change it there.
"""


def commands() -> Iterator[tuple[str, Command]]:
    """Every command with its words, in the order of the help; imports all of them."""
    return _below(otalink, "")


def markdown() -> str:
    """Every command with what it does and its arguments."""
    return "\n".join([_INTRODUCTION, *(_entry(words, command) for words, command in commands())])


def _below(group: click.Group, before: str) -> Iterator[tuple[str, Command]]:
    context = click.Context(group)
    for word in group.list_commands(context):
        found = group.get_command(context, word)
        if isinstance(found, click.Group):
            yield from _below(found, f"{before}{word} ")
        elif isinstance(found, Command):
            yield f"{before}{word}", found


def _entry(words: str, command: Command) -> str:
    # The usual --json stands above, once for all.
    parameters = [parameter for parameter in command.params if parameter.name != "_json"]
    usage = " ".join(["otalink", words, *(_usage(parameter) for parameter in parameters)])
    lines = [_explained(parameter) for parameter in parameters if parameter.help]
    return "\n".join([f"## {words}\n", f"`{usage}`\n", f"{command.help}\n", *lines, *([""] if lines else [])])


def _usage(parameter: click.Parameter) -> str:
    value = _value(parameter)
    if isinstance(parameter, click.Argument):
        return value
    text = f"{parameter.opts[0]} {value}".strip()
    return text if parameter.required else f"[{text}]"


def _value(parameter: click.Parameter) -> str:
    if isinstance(parameter.type, click.Choice):
        return "|".join(parameter.type.choices)
    return parameter.metavar or ""


def _explained(parameter: click.Parameter) -> str:
    name = parameter.opts[0] if isinstance(parameter, click.Option) else _value(parameter)
    shown = parameter.show_default if isinstance(parameter, click.Option) else None
    default = shown if isinstance(shown, str) else parameter.default
    return f"- `{name}`: {parameter.help}{f' (default: {default})' if shown else ''}"
