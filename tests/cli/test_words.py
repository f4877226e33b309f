"""The first words: what is listed is there, and listing or completing it costs next to nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest

from otalink.cli.words import otalink

HEAVY = ("django", "otalink.cli.commands")


@pytest.mark.parametrize("word", otalink.listed)
def test_what_the_help_lists_is_what_the_command_says_of_itself(word: str) -> None:
    command = otalink.get_command(click.Context(otalink), word)
    assert command is not None
    assert (command.name, command.help) == (word, otalink.listed[word].text)


def _imported(*words: str, **environ: str) -> tuple[str, set[str]]:
    """What a command prints, and the modules that were imported when it ended."""
    script = (
        "import sys; from otalink.cli.main import main; code = main(sys.argv[1:]);"
        "print(*sys.modules, sep='\\n', file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, set(done.stderr.split())


def _heavy(modules: set[str], *heavy: str) -> set[str]:
    return {module for module in modules if f"{module}.".startswith(tuple(f"{name}." for name in heavy))}


def test_the_help_imports_neither_django_nor_the_commands() -> None:
    out, modules = _imported("--help")
    assert "customer" in out
    assert _heavy(modules, *HEAVY) == set()


def test_the_help_of_a_command_imports_no_django() -> None:
    out, modules = _imported("customer", "show", "--help")
    assert "One customer user." in out
    assert _heavy(modules, "django", "otalink.customers") == set()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("otalink cust", "customer"), ("otalink ticket part", "participant"), ("otalink run --b", "--bind")],
)
def test_the_shell_completes_commands_and_options_without_django(typed: str, offered: str) -> None:
    last = len(typed.split()) - 1
    out, modules = _imported(
        _OTALINK_COMPLETE="bash_complete", COMP_WORDS=typed, COMP_CWORD=str(last), OTALINK_TASKS="nonsense"
    )
    assert out.split() == [f"plain,{offered}"]
    assert _heavy(modules, "django") == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shells_are_told_how_to_complete(shell: str) -> None:
    # The script is asked of the very word that is completed.
    done = subprocess.run(
        [sys.executable, "-m", "otalink"],
        env=os.environ | {"_OTALINK_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"_OTALINK_COMPLETE={shell}_complete" in done.stdout
