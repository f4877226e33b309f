"""Deleting customer users whom a mail made and nobody needs; set-based, a chunk at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from otalink.customers import aliases, directory, provisional
from otalink.customers.types import BackendReadOnly
from otalink.desk.current import get_desk
from otalink.sysconfig import declarations, store

_CHUNK = 5_000


def purge() -> int:
    """Delete provisional customer users made longer ago than `ProvisionalDays`; returns how many.

    Whoever has an open ticket stays: an agent's answer must still reach them. The closed tickets of those who go keep
    the address as their customer; who writes again is made anew.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    before = timezone.now() - timedelta(days=store.get(declarations.PROVISIONAL_DAYS))
    deleted, after = 0, 0
    while rows := provisional.unused(before, after, _CHUNK):
        logins = {login for _, login in rows}
        deleted += _delete(logins - get_desk().in_open_tickets(logins))
        after = rows[-1][0]
    provisional.forget_confirmed()
    return deleted


@transaction.atomic
def _delete(logins: Collection[str]) -> int:
    # Asked again inside the transaction: somebody may have opened their link a moment ago.
    unneeded = provisional.provisional(logins, lock=True)
    deleted = 0
    for backend in directory.backends().values():
        try:
            deleted += backend.delete_many(unneeded)
        except BackendReadOnly:
            continue  # its customer users are not made by mail
    provisional.forget(unneeded)
    aliases.forget(unneeded)
    return deleted
