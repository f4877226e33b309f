"""How large a mail may be."""

from __future__ import annotations

from django.db import DatabaseError

from otalink.sysconfig.declarations import MAX_EMAIL_SIZE


def max_bytes() -> int:
    """The limit in bytes; the default one while the database cannot say."""
    try:
        megabytes = MAX_EMAIL_SIZE.get()
    except DatabaseError:
        megabytes = MAX_EMAIL_SIZE.default
    return megabytes * 1_048_576
