"""What the `otalink postmaster` and `otalink quarantine` commands do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from otalink.postmaster import intake, quarantine
from otalink.postmaster.outcome import Outcome, Result
from otalink.postmaster.sources import files

# After these the mail needs quarantine no more.
_SETTLED = {Outcome.NEW_TICKET, Outcome.FOLLOW_UP, Outcome.DUPLICATE, Outcome.IGNORED}


def read(paths: list[Path], trusted: bool) -> list[Result]:
    """Take mail in from files, or from standard input where there are none.

    Raises:
        OSError: a file cannot be read; nothing was taken from any.
    """
    return files.read(paths, trusted=trusted)


def quarantine_list() -> list[dict[str, Any]]:
    """Everything in quarantine, oldest first."""
    return [_as_dict(item) for item in quarantine.items()]


def quarantine_show(item_id: str) -> dict[str, Any]:
    """One quarantined mail, with its text.

    Raises:
        NotInQuarantine
    """
    raw = quarantine.read(item_id)
    return {**_as_dict(quarantine.find(item_id)), "mail": raw.decode("utf-8", "replace")}


def quarantine_replay(item_id: str) -> dict[str, Any]:
    """Try to file a quarantined mail again; it stays where that fails. Doing it twice files nothing twice.

    Raises:
        NotInQuarantine
    """
    item = quarantine.find(item_id)
    result = intake.run(quarantine.read(item_id), item.envelope, trusted=item.trusted)
    if result.outcome in _SETTLED:
        quarantine.delete(item_id)
    return {
        "id": item_id,
        "outcome": result.outcome.value,
        "ticket": result.ticket,
        "customer_user": result.customer_user,
        "reason": result.reason,
    }


def quarantine_delete(item_id: str) -> dict[str, Any]:
    """Throw a quarantined mail away.

    Raises:
        NotInQuarantine
    """
    quarantine.delete(item_id)
    return {"id": item_id, "deleted": True}


def _as_dict(item: quarantine.Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "reason": item.reason,
        "quarantined": item.quarantined.isoformat(),
        "mail_from": item.envelope.mail_from,
        "recipients": list(item.envelope.recipients),
        "trusted": item.trusted,
        "size": item.size,
    }
