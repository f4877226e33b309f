"""The reference of commands."""

from __future__ import annotations

from pathlib import Path

from otalink.cli.reference import commands, markdown


def test_the_commands_reference_in_the_docs_is_what_the_table_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
    assert page.read_text(encoding="utf-8") == markdown(), "`make docs` writes it anew"
    assert all(f"## {words}\n" in markdown() for words, _ in commands())


def test_an_entry_says_how_a_command_is_used_what_it_does_and_what_holds_without_an_option() -> None:
    entry = markdown().partition("## ticket list\n\n")[2].partition("\n## ")[0]
    assert entry.splitlines() == [
        "`otalink ticket list [--limit N]`",
        "",
        "Tickets, last changed first.",
        "",
        "- `--limit`: at most so many (default: 1000)",
    ]
