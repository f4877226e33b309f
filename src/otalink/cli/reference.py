"""The reference of commands, made from their table; `docs/reference/commands.md` is this text."""

from __future__ import annotations

from otalink.cli.table import COMMANDS, Argument, Command

_INTRODUCTION = """# Commands

`--json` after any command prints one JSON document on standard output; logs go to standard error. Exit codes: 0 done,
1 the request could not be met (one line on standard error says why), 2 wrong usage, 75 try later.

This page is made from `src/otalink/cli/table.py`; change it there.
"""


def markdown() -> str:
    """Every command with what it does and its arguments."""
    return "\n".join([_INTRODUCTION, *(_entry(command) for command in COMMANDS)])


def _entry(command: Command) -> str:
    usage = " ".join(["otalink", command.words, *(_usage(argument) for argument in command.arguments)])
    lines = [_explained(argument) for argument in command.arguments if argument.options.get("help")]
    return "\n".join([f"## {command.words}\n", f"`{usage}`: {command.help}.\n", *lines, *([""] if lines else [])])


def _usage(argument: Argument) -> str:
    name, options = argument.names[0], argument.options
    value = str(options.get("metavar", ""))
    text = f"{name} {value}".strip() if name.startswith("-") else value
    text += " ..." if options.get("nargs") == "*" else ""
    optional = options.get("nargs") == "*" or (name.startswith("-") and not options.get("required"))
    return f"[{text}]" if optional else text


def _explained(argument: Argument) -> str:
    name = argument.names[0] if argument.names[0].startswith("-") else argument.options["metavar"]
    return f"- `{name}`: {argument.options['help'] % {'default': argument.options.get('default')}}"
