"""What `otalink postmaster read` says about a mail, whoever filed it: the command itself, or a product that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otalink.cli import output
from otalink.cli.failures import outcome_exit_code

if TYPE_CHECKING:
    from otalink.postmaster.outcome import Result


def record_of(result: Result) -> dict[str, str]:
    """The result as the command prints it."""
    return {
        "outcome": result.outcome.value,
        "ticket": result.ticket,
        "customer_user": result.customer_user,
        "reason": result.reason,
    }


def answer(result: Result, as_json: bool) -> tuple[int, str]:
    """The exit code and the text for a mail that a product took over."""
    record = record_of(result)
    return outcome_exit_code(result.outcome), output.as_json(record) if as_json else output.as_text(record)
