"""How large a mail may be."""

from __future__ import annotations

from django.db import DatabaseError

from otalink.sysconfig import store
from otalink.sysconfig.declarations import MAX_EMAIL_SIZE


def max_bytes() -> int:
    """The limit in bytes; the default one while the database cannot say."""
    try:
        megabytes = store.get(MAX_EMAIL_SIZE)
    except DatabaseError:
        megabytes = MAX_EMAIL_SIZE.default
    return megabytes * 1_048_576
