"""`otalink postmaster read` and `otalink quarantine replay`: the outcomes of mail intake as exit codes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from otalink.cli.failures import EXIT_CANNOT, EXIT_DONE, EXIT_TRY_LATER
from otalink.cli.output import CommandResult
from otalink.postmaster import commands
from otalink.postmaster.outcome import Outcome, Result


def read(files: list[Path], untrusted: bool) -> CommandResult:
    """File mail from files or standard input; one record for one mail, a list for several.

    The exit code is the worst of all: a caller that tries again files nothing twice.

    Raises:
        OSError: a file cannot be read; nothing was filed.
    """
    results = commands.read(files, trusted=not untrusted)
    records = [_record(result) for result in results]
    worst = max(_exit_code(result.outcome) for result in results)
    return CommandResult(records[0] if len(records) == 1 else records, worst)


def import_archive(path: Path, trusted: bool, notify: bool) -> CommandResult:
    """File all mail of an mbox file or a Maildir; says how many mails had which outcome. Nobody is mailed unless asked.

    Raises:
        OSError: it cannot be read, or is something else.
    """
    from otalink.postmaster.sources import archives

    progress = archives.run(path, trusted=trusted, notify=notify)
    later = Outcome.TRY_LATER.value in progress.outcomes
    return CommandResult({"mails": progress.mails, **progress.outcomes}, EXIT_TRY_LATER if later else EXIT_DONE)


def replay(item_id: str) -> CommandResult:
    """Try again to file a quarantined mail, or `all`; a mail that stays there is a failure.

    Raises:
        NotInQuarantine
    """
    if item_id == "all":
        records = commands.quarantine_replay_all()
        return CommandResult(records, max((_replayed_code(record) for record in records), default=EXIT_DONE))
    record = commands.quarantine_replay(item_id)
    return CommandResult(record, _replayed_code(record))


def _replayed_code(record: Mapping[str, str]) -> int:
    outcome = Outcome(record["outcome"])
    return EXIT_CANNOT if outcome is Outcome.QUARANTINED else _exit_code(outcome)


def _record(result: Result) -> dict[str, str]:
    return {
        "outcome": result.outcome.value,
        "ticket": result.ticket,
        "customer_user": result.customer_user,
        "reason": result.reason,
    }


def _exit_code(outcome: Outcome) -> int:
    return {Outcome.TRY_LATER: EXIT_TRY_LATER, Outcome.REJECTED: EXIT_CANNOT}.get(outcome, EXIT_DONE)
