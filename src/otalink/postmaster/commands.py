"""What the `otalink postmaster` and `otalink quarantine` commands do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from otalink.postmaster import quarantine
from otalink.postmaster import replay as again
from otalink.postmaster.outcome import Result
from otalink.postmaster.sources import files


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
    return _replayed(item_id, again.replay(item_id))


def quarantine_replay_all() -> list[dict[str, Any]]:
    """Try to file everything in quarantine again, in the order it arrived."""
    return [_replayed(item_id, result) for item_id, result in again.replay_all()]


def quarantine_delete(item_id: str) -> dict[str, Any]:
    """Throw a quarantined mail away.

    Raises:
        NotInQuarantine
    """
    quarantine.delete(item_id)
    return {"id": item_id, "deleted": True}


def _replayed(item_id: str, result: Result) -> dict[str, Any]:
    return {
        "id": item_id,
        "outcome": result.outcome.value,
        "ticket": result.ticket,
        "customer_user": result.customer_user,
        "reason": result.reason,
    }


def _as_dict(item: quarantine.Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "reason": item.reason,
        "quarantined": item.quarantined.isoformat(),
        "mail_from": item.delivery.mail_from,
        "recipients": list(item.delivery.recipients),
        "trusted": item.delivery.trusted,
        "size": item.size,
    }
