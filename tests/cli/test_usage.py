"""What is said about wrong usage."""

from __future__ import annotations

import pytest

from otalink.cli.main import main


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "otalink: no such command 'nonsense'; accepted: demo, run, "),
        (
            ["token", "steal"],
            "otalink: no such command 'steal'; accepted: issue, list, revoke, switched, switch-back\n",
        ),
        (["token"], "otalink: missing command; accepted: issue, list, revoke, switched, switch-back\n"),
        (["token", "list", "1", "--nonsense"], "otalink: no such option '--nonsense'; accepted: --json, --help\n"),
        (["run", "--bind", "x"], "'--bind': host:port such as 127.0.0.1:8000 is needed, not 'x'\n"),
        (
            ["postmaster", "account", "add", "n", "--user", "u", "--after", "x"],
            "'x' is not one of 'move', 'leave', 'delete'\n",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_word_or_option_is_told_with_what_is_accepted(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    usage, line = capsys.readouterr().err.splitlines(keepends=True)
    assert usage.startswith("usage: otalink")
    assert told in line


def test_a_negative_number_is_a_value_and_no_option(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sysconfig", "set", "No::Such###Setting", "-1"]) == 1
    assert "No::Such###Setting" in capsys.readouterr().err
    assert main(["sysconfig", "set", "No::Such###Setting", "-x"]) == 2
