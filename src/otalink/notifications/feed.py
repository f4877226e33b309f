"""From the desk's history to the outbox.

History ids are given out when a step begins and are seen when its transaction ends, so a lower id may turn up after a
higher one. Reading therefore goes on from the position as far as ids follow each other without a gap, and passes a gap
only once nobody can be writing into it any more. What is read again meanwhile is known by its history id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from otalink.customers import admission
from otalink.desk.current import get_desk
from otalink.desk.types import HistoryEntry, HistoryType, Proof
from otalink.notifications import outbox, returning
from otalink.notifications.models import FeedPosition, NotificationEvent, OutboxMail

# No transaction of a desk lasts longer.
_SETTLED_AFTER = timedelta(seconds=60)
# A desk whose history began longer ago was in use before us: its past is not mailed to everybody.
_NEW_DESK = timedelta(days=3)
_PAGE = 500
# See `Desk.readers`.
_Readers = Mapping[str, tuple[str, ...]]
_EVENTS = {
    HistoryType.NEW_TICKET: NotificationEvent.TICKET_CREATED,
    HistoryType.SENDER_ADMITTED: NotificationEvent.TICKET_CREATED,
    HistoryType.AGENT_REPLY: NotificationEvent.AGENT_REPLIED,
    HistoryType.PARTICIPANT_ADDED: NotificationEvent.PARTICIPANT_ADDED,
}


def feed() -> int:
    """Queue the mails that new history asks for; returns how many. Several workers may call it at once.

    Raises:
        DeskUnavailable
    """
    position = FeedPosition.objects.first()
    if position is None:
        position = FeedPosition(pk=1, entry_id=_start())
        FeedPosition.objects.bulk_create([position], ignore_conflicts=True)
    # Most looks find nothing; they must not take a lock.
    waiting = get_desk().history_since(position.entry_id, _PAGE)
    if not waiting:
        return 0
    # Who reads these tickets, another system may have to say: nobody waits for a lock of ours meanwhile.
    answered = _answered(waiting)
    return _read(get_desk().readers(answered) if answered else {})


@transaction.atomic
def _read(readers: _Readers) -> int:
    position = FeedPosition.objects.select_for_update().get()
    start, queued, settling = position.entry_id, 0, True
    for entries in _pages(start):
        queued += _queue(entries, readers) + returning.mail_links(entries)
        if settling:
            position.entry_id = _settled(position.entry_id, entries)
            settling = position.entry_id == entries[-1].id
    if position.entry_id != start:
        position.save()
    return queued


def _start() -> int:
    first = get_desk().history_since(0, 1)
    if not first or first[0].created > timezone.now() - _NEW_DESK:
        return 0
    last = 0
    for entries in _pages(0):
        last = entries[-1].id
    return last


def _pages(after: int) -> Iterator[Sequence[HistoryEntry]]:
    while entries := get_desk().history_since(after, _PAGE):
        yield entries
        after = entries[-1].id


def _answered(entries: Sequence[HistoryEntry]) -> set[str]:
    """The numbers of tickets that agents replied on."""
    sent = HistoryType.AGENT_REPLY_SENT
    return {e.ticket_number for e in entries if e.type is sent or (e.type is HistoryType.AGENT_REPLY and e.notify)}


def _queue(entries: Sequence[HistoryEntry], known_readers: _Readers) -> int:
    wanted = {entry.id: entry for entry in entries if entry.notify and entry.type in _EVENTS}
    known = OutboxMail.objects.filter(history_id__in=list(wanted)).values_list("history_id", flat=True)
    for history_id in set(known):
        wanted.pop(history_id or 0)
    replied = _answered([entry for entry in entries if entry.id in wanted or entry.type not in _EVENTS])
    readers = {number: known_readers[number] for number in replied & known_readers.keys()}
    if late := replied - known_readers.keys():
        readers |= get_desk().readers(late)
    admission.agents_replied(readers)
    mails = [mail for entry in wanted.values() for mail in _mails(entry, readers.get(entry.ticket_number, ()))]
    if mails:
        outbox.queue(mails, lambda mail: _priority(wanted[mail.history_id or 0]))
    return len(mails)


def _priority(entry: HistoryEntry) -> int:
    is_asked_for = entry.type is not HistoryType.NEW_TICKET or entry.proof is Proof.PROVEN
    return 0 if is_asked_for else outbox.UNASKED


def _mails(entry: HistoryEntry, readers: Sequence[str]) -> Iterator[OutboxMail]:
    # Who the ticket's customer is, and whether somebody may see the article, is decided when the mail leaves.
    to: Sequence[str] = ("",)
    if entry.type is HistoryType.PARTICIPANT_ADDED:
        to = (entry.text,)
    elif entry.type is HistoryType.AGENT_REPLY:
        to = ("", *readers[1:])
    for participant in to:
        yield outbox.draft(
            _EVENTS[entry.type],
            entry.ticket_number,
            participant=participant,
            article_id=entry.article_id,
            history_id=entry.id,
        )


def _settled(position: int, entries: Sequence[HistoryEntry]) -> int:
    settled_before = timezone.now() - _SETTLED_AFTER
    for entry in entries:
        if entry.id != position + 1 and entry.created > settled_before:
            return position
        position = entry.id
    return position
