"""Attachments on disk: each file lies under the SHA-256 of its bytes, so the same bytes are kept once.

Written before the transaction commits; what a rolled-back transaction leaves is an unused file, never a missing one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from otalink.common import atomic_files


def _path(digest: str) -> Path:
    return Path(settings.OTALINK_DATA) / "attachments" / digest[:2] / digest


def keep(content: bytes) -> str:
    """Write `content` to disk, durably, and return its digest.

    Raises:
        OSError: the disk is full or not writable.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_files.write(path, content)
    return digest


def open_kept(digest: str) -> BinaryIO:
    """Open kept bytes for reading.

    Raises:
        OSError: they are not there.
    """
    return _path(digest).open("rb")
