"""Handlers of `otalink postmaster read` and `otalink quarantine ...`: mail intake with the command line's manners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from otalink.conf.failures import EXIT_CANNOT, EXIT_DONE, EXIT_TRY_LATER
from otalink.conf.output import Reply
from otalink.postmaster import commands
from otalink.postmaster.intake import Outcome, Result
from otalink.sysconfig.setting import InvalidValue


def read(files: list[Path], untrusted: bool) -> Reply:
    """File mail from files or standard input; one record for one mail, a list for several.

    Raises:
        OSError, InvalidValue: a file cannot be read; nothing was filed.
    """
    for file in files:
        if not file.is_file():
            raise InvalidValue(f"cannot read {str(file)!r}: no such file")
    results = commands.read(files, trusted=not untrusted)
    records = [_record(result) for result in results]
    return Reply(
        records[0] if len(records) == 1 else records, max((_exit_code(result) for result in results), default=0)
    )


def _record(result: Result) -> dict[str, str]:
    return {
        "outcome": result.outcome.value,
        "ticket": result.ticket,
        "customer_user": result.customer_user,
        "reason": result.reason,
    }


def _exit_code(result: Result) -> int:
    return {Outcome.TRY_LATER: EXIT_TRY_LATER, Outcome.REJECTED: EXIT_CANNOT}.get(result.outcome, EXIT_DONE)


def quarantine_list() -> list[dict[str, Any]]:
    """What lies in quarantine, and why."""
    return commands.quarantine_list()


def quarantine_show(id: str) -> dict[str, Any]:  # noqa: A002
    """One mail."""
    return commands.quarantine_show(id)


def quarantine_replay(id: str) -> Reply:  # noqa: A002
    """Try again to file a mail."""
    answer = commands.quarantine_replay(id)
    return Reply(answer)


def quarantine_delete(id: str) -> dict[str, Any]:  # noqa: A002
    """Forget a mail."""
    return commands.quarantine_delete(id)
