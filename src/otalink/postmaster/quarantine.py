"""Mail that could not be filed: whole, on disk, safe from crashes, and independent of the database.

Each mail is a file `<id>.eml` with a `<id>.json` beside it that says why and when. The id comes from the mail's bytes,
so the same mail lies here once however often it is sent.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone

from otalink.common import atomic_files
from otalink.postmaster.delivery import Delivery

_ID = re.compile(r"[0-9a-f]{24}")


class NotInQuarantine(LookupError):
    """There is no mail of that id in quarantine."""


@dataclass(frozen=True)
class Item:
    """A quarantined mail without its bytes; `size` is how many there are."""

    id: str
    reason: str
    quarantined: datetime
    delivery: Delivery
    size: int


def keep(raw: bytes, delivery: Delivery, reason: str) -> str:
    """Put a mail on disk, durably, and return its id. What lies here already stays as it is.

    Raises:
        OSError: the disk is full or not writable.
    """
    item_id = hashlib.sha256(raw).hexdigest()[:24]
    path = _path(item_id)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        note = {
            "reason": reason,
            "quarantined": timezone.now().isoformat(),
            "mail_from": delivery.mail_from,
            "recipients": list(delivery.recipients),
            "queue": delivery.queue,
            "source": delivery.source,
            "client_ip": delivery.client_ip,
            "helo": delivery.helo,
            "archived": delivery.archived,
            "any_age": delivery.any_age,
            "trusted": delivery.trusted,
        }
        # The mail comes last: where it is, its note is, whenever the power fails.
        atomic_files.write(path.with_suffix(".json"), json.dumps(note).encode())
        atomic_files.write(path, raw)
    return item_id


def items() -> list[Item]:
    """Everything in quarantine, oldest first."""
    return sorted((find(item_id) for item_id in ids()), key=lambda item: (item.quarantined, item.id))


def ids() -> list[str]:
    """The ids of everything in quarantine, in no order."""
    return [path.stem for path in _folder().glob("*.eml") if _ID.fullmatch(path.stem)]


def find(item_id: str) -> Item:
    """One quarantined mail.

    Raises:
        NotInQuarantine
    """
    path = _existing(item_id)
    note = json.loads(path.with_suffix(".json").read_bytes())
    return Item(
        id=item_id,
        reason=note["reason"],
        quarantined=datetime.fromisoformat(note["quarantined"]),
        delivery=_delivery(note),
        size=path.stat().st_size,
    )


def read(item_id: str) -> bytes:
    """The mail itself.

    Raises:
        NotInQuarantine
    """
    return _existing(item_id).read_bytes()


def open_mail(item_id: str) -> BinaryIO:
    """The mail itself, opened for reading.

    Raises:
        NotInQuarantine
    """
    return _existing(item_id).open("rb")


def delete(item_id: str) -> None:
    """Throw a quarantined mail away.

    Raises:
        NotInQuarantine
    """
    path = _existing(item_id)
    path.unlink()
    path.with_suffix(".json").unlink(missing_ok=True)
    atomic_files.sync_folder(path.parent)


def _delivery(note: Mapping[str, Any]) -> Delivery:
    return Delivery(
        note["mail_from"],
        tuple(note["recipients"]),
        queue=note.get("queue", ""),
        source=note.get("source", ""),
        client_ip=note.get("client_ip") or note.get("client", ""),  # its name in the first version
        helo=note.get("helo", ""),
        trusted=note["trusted"],
        archived=note.get("archived", False),
        any_age=note.get("any_age", False),
    )


def _folder() -> Path:
    return Path(settings.OTALINK_DATA) / "quarantine"


def _path(item_id: str) -> Path:
    return _folder() / f"{item_id}.eml"


def _existing(item_id: str) -> Path:
    if not _ID.fullmatch(item_id) or not _path(item_id).exists():
        raise NotInQuarantine(f"no mail {item_id!r} in quarantine")
    return _path(item_id)
