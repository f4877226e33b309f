"""How long a mail has been tried in vain: mail servers give up after some days, and it must be kept before that.

An empty file for each such mail, named after its bytes and as old as the first try: it needs no database, which may be
what fails. A mail that was filed meanwhile leaves its file behind until that is purged; if it comes again, it is known.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from otalink.sysconfig import store
from otalink.sysconfig.declarations import KEEP_TRYING_DAYS

_KEPT_LONGER = timedelta(days=7)


def is_over(raw: bytes) -> bool:
    """Whether a mail that fails now failed first so long ago that it must be kept; notes the first time."""
    limit, mark = _limit(), _mark(raw)
    try:
        if limit and mark.exists():
            return _age(mark) >= limit
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch()
        now = timezone.now().timestamp()
        os.utime(mark, (now, now))
    except OSError:
        # The disk may be what fails: then nothing can be kept either.
        pass
    return False


def forget(raw: bytes) -> None:
    """The mail is safe; if somebody tries it again, the time begins anew."""
    _mark(raw).unlink(missing_ok=True)


def purge() -> None:
    """Drop the notes of mail that was filed, or came no more."""
    old = _limit() + _KEPT_LONGER
    for mark in _folder().glob("*"):
        with suppress(FileNotFoundError):
            if _age(mark) > old:
                mark.unlink()


def _limit() -> timedelta:
    try:
        days = store.get(KEEP_TRYING_DAYS)
    except (DatabaseError, InterfaceError):
        days = KEEP_TRYING_DAYS.default
    return timedelta(days=days)


def _age(mark: Path) -> timedelta:
    return timedelta(seconds=timezone.now().timestamp() - mark.stat().st_mtime)


def _folder() -> Path:
    return Path(settings.OTALINK_DATA) / "deferrals"


def _mark(raw: bytes) -> Path:
    return _folder() / hashlib.sha256(raw).hexdigest()[:24]
