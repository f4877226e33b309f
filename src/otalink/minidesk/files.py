"""Attachments on disk: each file lies under the SHA-256 of its bytes, so the same bytes are kept once.

Written before the transaction commits; what a rolled-back transaction leaves is an unused file, never a missing one.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


def _path(digest: str) -> Path:
    return Path(settings.OTALINK_DATA) / "attachments" / digest[:2] / digest


def keep(content: bytes) -> str:
    """Write `content` to disk, durably, and return its digest.

    Raises:
        OSError: the disk is full or not writable.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return digest


def open_kept(digest: str) -> BinaryIO:
    """Open kept bytes for reading.

    Raises:
        OSError: they are not there.
    """
    return _path(digest).open("rb")
