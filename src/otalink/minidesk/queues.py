"""The desk's queues, which every mail asks for and hardly anybody changes: read with a short cache."""

from __future__ import annotations

from otalink.common.short_cache import ShortCache
from otalink.minidesk.models import Queue, Ticket


def _read() -> list[Queue]:
    return list(Queue.objects.order_by("-is_default", "id"))


_queues = ShortCache(_read, Queue)


def queues() -> list[Queue]:
    """All queues, the default one first; with a short cache."""
    return _queues.get()


def in_its_queue(ticket: Ticket) -> Ticket:
    """The ticket with its queue at hand, where that queue is known here; one that is quite new will be looked up."""
    if queue := next((queue for queue in queues() if queue.pk == ticket.queue_id), None):
        ticket.queue = queue
    return ticket


def forget_cache() -> None:
    """Read the database again at the next look."""
    _queues.forget()
