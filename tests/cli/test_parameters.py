"""The command line: usage errors, help, and that every command has its handler."""

from __future__ import annotations

import inspect
import sys
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import click
import pytest

from otalink.cli.command import Command
from otalink.cli.late import Late
from otalink.cli.main import main
from otalink.cli.parameters import listen_on, past_moment
from otalink.cli.reference import commands
from otalink.cli.server.ports import ListenOn

COMMANDS = list(commands())


class Called(Exception):
    """A handler would run now."""


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_has_a_handler_that_takes_its_arguments(
    words: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(module: Late, attribute: str) -> Any:
        handler = getattr(import_module(object.__getattribute__(module, "_name")), attribute)

        def call(*args: Any, **kwargs: Any) -> None:
            inspect.signature(handler).bind(*args, **kwargs)
            raise Called

        return call

    monkeypatch.setattr(Late, "__getattr__", find)
    given = [word for parameter in command.params if parameter.required for word in _typed(parameter)]
    with command.make_context(words, given) as context:
        context.params.pop("_json")
        assert command.callback is not None
        with pytest.raises(Called):
            command.callback(**context.params)


def _typed(parameter: click.Parameter) -> list[str]:
    value = parameter.type.choices[0] if isinstance(parameter.type, click.Choice) else "x"
    return [parameter.opts[0], value] if isinstance(parameter, click.Option) else [value]


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
        sys.exit(main(words))
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: otalink")


def test_the_help_names_every_command_without_reading_the_configuration(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTALINK_TASKS", "nonsense")
    with pytest.raises(SystemExit) as caught:
        sys.exit(main(["--help"]))
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert all(words.split()[0] in out for words, _ in COMMANDS)


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
    with pytest.raises(click.BadParameter):
        past_moment("2999-01-01")
