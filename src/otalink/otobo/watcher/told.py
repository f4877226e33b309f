"""Which messages OTOBO itself tells their readers of, over the relay; the others are ours to tell.

OTOBO writes what it mails some time after the message, or never, where its process was killed. So a message waits
until that must have happened. Whoever is told by neither of us would wait for ever: it is we who mail then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.utils import timezone

from otalink.customers import directory
from otalink.customers.addresses import normal
from otalink.customers.types import BackendUnavailable
from otalink.desk.types import HistoryType
from otalink.otobo import facts, participants
from otalink.otobo.models import Arrival
from otalink.otobo.reading import history, mailed

# From the moment that a message is there, or its raw mail, behind which OTOBO writes its notifications: it needs half a
# second on a busy machine.
SETTLES = timedelta(seconds=5)
# Mail about these goes out by OTOBO where it is set up so.
_TELLING = frozenset({HistoryType.NEW_TICKET, HistoryType.AGENT_REPLY})


def by_otobo(ready: Sequence[Arrival]) -> tuple[set[int], set[int]]:
    """The history ids of those of whom OTOBO mails all readers, and of those of whom that cannot be told yet.

    Raises:
        DeskUnavailable
    """
    asked = [one for one in ready if one.type in _TELLING and one.notify]
    if not asked:
        return set(), set()
    newest = history.newest({one.ticket_id for one in asked}, facts.MAILED_BY_OTOBO)
    settled = {one.pk for one in asked if _is_settled(one)}
    due = [one for one in asked if one.pk in settled or newest.get(one.ticket_id, 0) > one.history_id]
    told = _told(due) if due else set()
    return told, {one.pk for one in asked} - settled - told


def _is_settled(arrival: Arrival) -> bool:
    if arrival.history_type in facts.MAILED_BY_AGENTS:
        return True  # whom it goes to stands in it
    return timezone.now() - (arrival.looked_at or arrival.seen) > SETTLES


def _told(arrivals: Sequence[Arrival]) -> set[int]:
    mails = mailed.by_article({one.ticket_id for one in arrivals})
    readers = participants.readers({one.ticket_number for one in arrivals})
    return {
        one.pk
        for one in arrivals
        if _are_mailed(_to_tell(one, readers.get(one.ticket_number, ())), mails.get(one.article_id, frozenset()))
    }


def _to_tell(arrival: Arrival, readers: Sequence[str]) -> Sequence[str]:
    return readers[:1] if arrival.type == HistoryType.NEW_TICKET else readers


def _are_mailed(logins: Sequence[str], addresses: Collection[str]) -> bool:
    if not addresses:
        return False
    try:
        users = [directory.find_valid(login) for login in logins if login]
    except BackendUnavailable:
        return False  # whoever delivers the mails looks again
    # Who is no customer user has nobody but OTOBO who could write to them.
    return all(user is None or normal(user.email) in addresses for user in users)
