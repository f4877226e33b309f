"""The desk's queues, which every mail asks for and hardly anybody changes: read with a short cache."""

from __future__ import annotations

import time

from django.db.models.signals import post_delete, post_save

from otalink.minidesk.models import Queue, Ticket

# Other processes see a change after this many seconds; the process that made it, at once.
CACHE_SECONDS = 2.0

_cache: tuple[float, list[Queue]] | None = None


def queues() -> list[Queue]:
    """All queues, the default one first; at most `CACHE_SECONDS` old."""
    global _cache
    now = time.monotonic()
    if _cache is None or now - _cache[0] > CACHE_SECONDS:
        _cache = (now, list(Queue.objects.order_by("-is_default", "id")))
    return _cache[1]


def in_its_queue(ticket: Ticket) -> Ticket:
    """The ticket with its queue at hand, where that queue is known here; one that is quite new will be looked up."""
    if queue := next((queue for queue in queues() if queue.pk == ticket.queue_id), None):
        ticket.queue = queue
    return ticket


def forget_cache(**_: object) -> None:
    """Read the database again at the next look."""
    global _cache
    _cache = None


post_save.connect(forget_cache, sender=Queue)
post_delete.connect(forget_cache, sender=Queue)
