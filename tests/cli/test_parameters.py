"""The command line: usage errors, help, and that every command in the table has its handler."""

from __future__ import annotations

import argparse
import inspect
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from otalink.cli.main import build_parser, main
from otalink.cli.parameters import ListenOn, listen_on, past_moment
from otalink.cli.reference import markdown
from otalink.cli.table import COMMANDS, Command


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words.replace(" ", "-"))
def test_every_command_has_a_handler_that_takes_its_arguments(command: Command) -> None:
    module, _, name = command.handler.partition(":")
    handler = getattr(import_module(module), name)
    needed = [argument for argument in command.arguments if not argument.names[0].startswith("-")]
    words = [*command.words.split(), *("x" for argument in needed if argument.options.get("nargs") != "*")]
    required = [argument for argument in command.arguments if argument.options.get("required")]
    words += [word for argument in required for word in (argument.names[0], "x")]
    given = vars(build_parser().parse_args(words))
    inspect.signature(handler).bind(**{name: value for name, value in given.items() if not name.startswith("_")})


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["customer"],
        ["customer", "show"],
        ["ticket", "close", "1", "--at", "yesterday"],
        ["ticket", "close", "1", "--at", "9999-01-01T00:00"],
        ["ticket", "reply", "1"],
        ["run", "--bind", "8000"],
        ["run", "--bind", "127.0.0.1:99999"],
        ["web", "--workers", "0"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_says_how_it_is_used(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: otalink")


def test_the_help_names_every_command_without_reading_the_configuration(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTALINK_TASKS", "nonsense")
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert all(command.words.split()[0] in out for command in COMMANDS)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("127.0.0.1:8000", ListenOn("127.0.0.1", 8000)), ("[::1]:25", ListenOn("::1", 25))],
)
def test_an_address_is_host_and_port(text: str, parsed: ListenOn) -> None:
    assert listen_on(text) == parsed
    assert str(parsed) == text


def test_a_time_without_a_zone_is_utc() -> None:
    assert past_moment("2025-01-31T12:00") == datetime(2025, 1, 31, 12, tzinfo=UTC)
    assert past_moment("2025-01-31T12:00+02:00") == datetime(2025, 1, 31, 10, tzinfo=UTC)
    with pytest.raises(argparse.ArgumentTypeError):
        past_moment("2999-01-01")


def test_the_commands_reference_in_the_docs_is_what_the_table_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
    assert page.read_text(encoding="utf-8") == markdown(), "`make docs` writes it anew"
    assert all(f"## {command.words}\n" in markdown() for command in COMMANDS)
