"""Messages that OTOBO filed, from the moment the watcher saw them until it is decided what they bring about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from otalink.desk.types import NOT_CHECKED, Authentication, HistoryType, Proof, Standing
from otalink.otobo import mirror
from otalink.otobo.models import Arrival, MirrorEntry
from otalink.otobo.reading.history import HistoryRow
from otalink.otobo.watcher import lease, looks, told
from otalink.otobo.watcher.kinds import kind_of

# What a step is called whose readers OTOBO mails.
_SENT = {HistoryType.AGENT_REPLY.value: HistoryType.AGENT_REPLY_SENT.value}


@dataclass(frozen=True)
class Decision:
    """What a message brings about: whether customers are mailed, what was proven of its sender, whose word it is.

    With `is_told` OTOBO mails them.
    """

    notify: bool = True
    authentication: Authentication = NOT_CHECKED
    standing: Standing = Standing.OWN
    is_told: bool = False


def is_relay_used() -> bool:
    """Whether OTOBO's own mail passes through us, and gets its readers' links there."""
    return settings.OTALINK_OTOBO_RELAY is not None


def keep(rows: Sequence[HistoryRow]) -> None:
    """Keep those rows that are messages and were not kept before, in the caller's transaction.

    A message is one step, whatever further rows name it: an answer that sets a state is named by that row too.
    """
    kinds = {row.id: kind for row in rows if (kind := kind_of(row))}
    first = {row.article_id or 0: row for row in sorted(rows, key=lambda row: -row.id) if row.id in kinds}
    entered = MirrorEntry.objects.filter(history_id__isnull=False, article_id__in=first)
    known = set(entered.values_list("article_id", flat=True))
    known |= set(Arrival.objects.filter(article_id__in=first).values_list("article_id", flat=True))
    now = timezone.now()
    Arrival.objects.bulk_create(
        Arrival(
            history_id=row.id,
            stamp=row.stamp,
            ticket_id=row.ticket_id,
            ticket_number=row.ticket_number,
            article_id=row.article_id or 0,
            history_type=row.type,
            type=kinds[row.id],
            seen=now,
        )
        for row in sorted(first.values(), key=lambda row: row.id)
        if row.article_id not in known
    )


def decide_all(owner: str) -> int:
    """Make entries of the messages that may be decided now; returns how many wait on. `owner` is the watcher.

    Raises:
        LeaseLost, DeskUnavailable
    """
    waiting = list(Arrival.objects.order_by("pk"))
    if not waiting:
        return 0
    looks.look(waiting, lambda: lease.hold(owner))
    decisions = _decide(_in_turn(waiting))
    if decisions:
        _enter(owner, [arrival for arrival in waiting if arrival.pk in decisions], decisions)
    return len(waiting) - len(decisions)


def _in_turn(waiting: Sequence[Arrival]) -> list[Arrival]:
    """Those that were looked at, where that is needed; what came later on their ticket waits with the others."""
    held = set[int]()
    ready = []
    for arrival in waiting:
        if arrival.ticket_id in held or looks.is_needed(arrival):
            held.add(arrival.ticket_id)
        else:
            ready.append(arrival)
    return ready


def _decide(ready: Sequence[Arrival]) -> dict[int, Decision]:
    """By history id, what messages bring about; without those of which that cannot be told yet."""
    mailed, waiting = told.by_otobo(ready) if is_relay_used() else (set[int](), set[int]())
    decisions = {one.pk: _decision(one) for one in ready if one.pk not in waiting}
    return decisions | {pk: replace(decisions[pk], is_told=True) for pk in mailed}


def _decision(arrival: Arrival) -> Decision:
    proven = Authentication(Proof(arrival.proof), arrival.proven_domain, arrival.proof_details)
    return Decision(arrival.notify, proven, Standing(arrival.standing))


@transaction.atomic
def _enter(owner: str, arrivals: Sequence[Arrival], decisions: Mapping[int, Decision]) -> None:
    lease.hold(owner)
    mirror.add([_entry(arrival, decisions[arrival.pk]) for arrival in arrivals])
    Arrival.objects.filter(pk__in=[arrival.pk for arrival in arrivals]).delete()


def _entry(arrival: Arrival, decision: Decision) -> MirrorEntry:
    proven = decision.authentication
    return MirrorEntry(
        history_id=arrival.history_id,
        stamp=arrival.stamp,
        ticket_id=arrival.ticket_id,
        ticket_number=arrival.ticket_number,
        type=_SENT.get(arrival.type, arrival.type) if decision.is_told else arrival.type,
        article_id=arrival.article_id,
        notify=decision.notify and not decision.is_told,
        standing=decision.standing,
        proof=proven.proof,
        proven_domain=proven.domain[:255],
        proof_details=proven.details[:500],
        created=timezone.now(),
    )
