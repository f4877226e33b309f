"""Looking at each mail among the arrivals, once its raw form is there, or did not come for too long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error
from django.utils import timezone

from otalink.customers.types import BackendUnavailable
from otalink.desk.port import DeskUnavailable
from otalink.desk.types import HistoryType
from otalink.otobo import drop, facts
from otalink.otobo.models import Arrival
from otalink.otobo.people import settle
from otalink.otobo.reading import raw_mails
from otalink.otobo.reading.disk import FileUnreadable
from otalink.otobo.reading.raw_mails import Envelope
from otalink.otobo.watcher.lease import LeaseLost

# OTOBO stores it last of all, after its own answers; a process of OTOBO's that was killed never does.
RAW_WITHIN = timedelta(seconds=10)
# On a disk it is seen while it is being written.
_WRITTEN_WITHIN = timedelta(seconds=1)
_LOOKED_AT = frozenset({HistoryType.NEW_TICKET, HistoryType.FOLLOW_UP})

# The arrivals of which this process said that they cannot be read.
_said: set[int] = set()

_log = structlog.get_logger("otalink.otobo")


def is_needed(arrival: Arrival) -> bool:
    """Whether an arrival may be a customer's mail that nobody looked at yet."""
    may_be_mail = arrival.type in _LOOKED_AT and arrival.history_type in facts.MAIL_OF_CUSTOMERS
    return may_be_mail and arrival.looked_at is None


def look(arrivals: Sequence[Arrival], hold: Callable[[], None]) -> None:
    """Look at those that can be looked at now; `hold` begins each transaction.

    Raises:
        LeaseLost, DeskUnavailable, django.db.Error
    """
    needed = [arrival for arrival in arrivals if is_needed(arrival)]
    if not needed:
        return
    envelopes = raw_mails.envelopes({arrival.article_id for arrival in needed})
    for arrival in needed:
        envelope = envelopes.get(arrival.article_id)
        if envelope is None or not envelope.is_mail:
            # Gone; or written in OTOBO's portal, by whoever signed in there.
            settle.note(arrival, notify=envelope is not None)
            continue
        age = timezone.now() - arrival.seen
        waits = bool(settings.OTALINK_OTOBO_ARTICLES) and not envelope.is_in_database and age < _WRITTEN_WITHIN
        try:
            raw = None if waits else raw_mails.read(envelope)
        except FileUnreadable as error:
            # Its ticket waits until somebody sees to it; all others go on.
            _say_once(arrival, error)
            continue
        if raw is not None or age > RAW_WITHIN:
            # What OTOBO fetched from us is kept until it says that it is done.
            _settle(arrival, drop.kept(envelope.message_id) if raw is None else raw, envelope, hold)


def _say_once(arrival: Arrival, error: FileUnreadable) -> None:
    # It is looked at again with every round.
    if arrival.pk not in _said:
        _said.add(arrival.pk)
        _log.warning("a mail of OTOBO's waits to be readable", ticket=arrival.ticket_number, error=str(error))


def _settle(arrival: Arrival, raw: bytes | None, envelope: Envelope, hold: Callable[[], None]) -> None:
    try:
        settle.settle(arrival, raw, envelope, hold)
    except (LeaseLost, DeskUnavailable, Error):
        raise
    except BackendUnavailable as error:
        _log.warning("a mail waits for its customer users", ticket=arrival.ticket_number, error=str(error))
    except Exception:  # noqa: BLE001 - one mail that nobody can read must not stop all others
        _log.exception("a mail could not be looked at", ticket=arrival.ticket_number)
        settle.note(arrival, notify=False, standing=settle.UNREADABLE)
