"""The files of replies in the data folder, `replies/<marker>/<place>`, until OTOBO has had them for a while.

Written before the row commits: what a rolled-back transaction leaves is an unused folder, never a missing file.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from otalink.common import atomic_files
from otalink.desk.types import Attachment

# A folder without a row may belong to a transaction that is under way.
_AGE_OF_STRAYS = timedelta(days=1)


def keep(marker: str, files: Sequence[Attachment]) -> None:
    """Write them to disk, durably.

    Raises:
        OSError: the disk is full or not writable.
    """
    if not files:
        return
    folder = _root() / marker
    folder.mkdir(parents=True)
    for place, file in enumerate(files):
        atomic_files.write(folder / str(place), file.content)
    atomic_files.sync_folder(folder.parent)


def open_kept(marker: str, place: int) -> BinaryIO:
    """One of them, opened for reading.

    Raises:
        OSError: it is not there.
    """
    return (_root() / marker / str(place)).open("rb")


def read(marker: str, place: int) -> bytes:
    """The bytes of one of them.

    Raises:
        OSError: it is not there.
    """
    with open_kept(marker, place) as file:
        return file.read()


def forget(markers: Collection[str]) -> None:
    """Delete those of these replies."""
    for marker in markers:
        shutil.rmtree(_root() / marker, ignore_errors=True)


def strays() -> list[str]:
    """Folders that are old enough to have a row."""
    if not _root().is_dir():
        return []
    before = (datetime.now(UTC) - _AGE_OF_STRAYS).timestamp()
    return [folder.name for folder in _root().iterdir() if folder.stat().st_mtime < before]


def _root() -> Path:
    return Path(settings.OTALINK_DATA) / "replies"
