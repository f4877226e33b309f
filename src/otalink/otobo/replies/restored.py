"""Replies that OTOBO had and lost, since an old backup of it was restored: they are filed again.

An article that agents deleted stays deleted. Only ids that were handed out again, or that are beyond the last one,
show that the past of OTOBO is another than it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import batched

import structlog
from django.utils import timezone

from otalink.otobo.connection import CHUNK, fetch, marks
from otalink.otobo.models import QueuedReply, ReplyState
from otalink.otobo.reading import tickets
from otalink.otobo.replies import kept_files, markers

# How long a reply is kept after OTOBO got it: backups that are older are hardly ever restored.
KEPT = timedelta(days=14)
# So many of the newest would have to be deleted by agents for a restored backup to stay unseen.
_NEWEST = 20

_log = structlog.get_logger(__name__)


def queue_lost() -> int:
    """Queue again what a restored backup has lost; how many.

    Raises:
        DeskUnavailable
    """
    kept = QueuedReply.objects.filter(state=ReplyState.FILED, filed_history_id__gt=0).order_by("-filed_history_id")
    # A backup is the past up to some moment: where the newest are in it, all are.
    if not _suspects(list(kept[:_NEWEST])):
        return 0
    return sum(_taken_up(reply) for reply in reversed(_suspects(list(kept))))


def _taken_up(reply: QueuedReply) -> bool:
    trace, found = markers.find(reply), tickets.find(reply.ticket_number)
    values: dict[str, object] = {"filed_history_id": trace.history_id if trace else None}
    is_lost = trace is None and found is not None and found.stamp == reply.ticket_stamp
    if is_lost:
        values |= {"state": ReplyState.WAITING, "next_try": timezone.now(), "tried_since": None, "filed": None}
        _log.warning("a reply was lost with a restored backup of OTOBO; it is filed again", ticket=reply.ticket_number)
    elif trace is None:
        values |= {"state": ReplyState.GONE, "last_error": "lost with its ticket when OTOBO was restored"}
        _log.error("a reply was lost with its ticket when OTOBO was restored", ticket=reply.ticket_number)
    QueuedReply.objects.filter(pk=reply.pk, state=ReplyState.FILED).update(**values)
    return is_lost


def purge() -> int:
    """Forget replies that OTOBO has had for long, and files that belong to none; how many replies."""
    old = list(QueuedReply.objects.exclude(state=ReplyState.WAITING).filter(filed__lt=timezone.now() - KEPT))
    kept_files.forget([reply.marker for reply in old])
    QueuedReply.objects.filter(pk__in=[reply.pk for reply in old]).delete()
    strays = kept_files.strays()
    known = set(QueuedReply.objects.filter(marker__in=strays).values_list("marker", flat=True))
    kept_files.forget(set(strays) - known)
    return len(old)


def _suspects(rows: Sequence[QueuedReply]) -> list[QueuedReply]:
    """Those whose history row is another one now, or has an id that is still to come."""
    last = markers.floor().history
    names: dict[int, str] = {}
    for chunk in batched(rows, CHUNK):
        ids = [reply.filed_history_id for reply in chunk]
        sql = f"SELECT id, name FROM ticket_history WHERE id IN ({marks(ids)})"
        names |= {int(id_): str(name) for id_, name in fetch(sql, *ids)}
    return [reply for reply in rows if _is_another(reply, names.get(reply.filed_history_id or 0), last)]


def _is_another(reply: QueuedReply, name: str | None, last: int) -> bool:
    if name is None:
        return (reply.filed_history_id or 0) > last
    return not markers.bare(name).startswith(markers.bare(markers.comment(reply)))
