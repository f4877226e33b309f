"""What is asked of OTOBO for one reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from otalink.desk.types import Attachment
from otalink.otobo.models import QueuedReply
from otalink.otobo.reading.tickets import OtoboTicket
from otalink.otobo.replies import kept_files, markers, rules
from otalink.otobo.replies.markers import Trace
from otalink.otobo.rest import articles, client
from otalink.otobo.rest.client import Written

_TOLD = (
    "A customer's reply was filed on this ticket while OTOBO was interrupted, so its history does not name it. Nobody "
    "was told of it yet."
)


@dataclass(frozen=True)
class Request:
    """Something that can be sent."""

    send: Callable[[], Written]


def filing(reply: QueuedReply, found: OtoboTicket) -> Request:
    """The reply, on its ticket or as a new one; a note on its ticket in any case.

    Raises:
        OSError: its files cannot be read.
        DeskUnavailable
    """
    if reply.for_agents:
        note = articles.for_agents(subject=reply.subject, text=reply.text, marker=markers.comment(reply))
        return Request(partial(client.update_ticket, found.id, {"Article": note}))
    course = rules.course_of(found)
    body = _body(reply, markers.comment(reply), reply.text, [file.place for file in reply.files.all()])
    if not course.as_new_ticket:
        if course.opens:
            # OTOBO opens nothing by itself when an article comes this way.
            body["Ticket"] = {"State": course.opens}
        return Request(partial(client.update_ticket, found.id, body))
    half = markers.half_ticket(reply) if reply.tried_since else None
    if half:
        return Request(partial(client.update_ticket, half, body))
    body["Ticket"] = {
        "Title": reply.subject,
        "Queue": found.ticket.queue,
        "State": "new",
        "Priority": found.ticket.priority,
        "CustomerUser": reply.customer_login or reply.from_address,
    }
    return Request(partial(client.create_ticket, body))


def mending(reply: QueuedReply, trace: Trace) -> Request:
    """What completes a reply that OTOBO has in part: its files, or else word of it to the agents.

    Raises:
        OSError: its files cannot be read.
        DeskUnavailable
    """
    places = markers.missing(reply, trace.article_id)
    if places:
        names = "\n".join(file.filename for file in reply.files.all() if file.place in places)
        body = _body(reply, markers.files_comment(reply), names, places)
    else:
        note = articles.for_agents(subject=reply.subject, text=_TOLD, marker=markers.note_comment(reply), tell=True)
        body = {"Article": note}
    return Request(partial(client.update_ticket, trace.ticket_id, body))


def _body(reply: QueuedReply, marker: str, text: str, places: list[int]) -> dict[str, Any]:
    files = [
        Attachment(file.filename, file.content_type, kept_files.read(reply.marker, file.place))
        for file in reply.files.all()
        if file.place in places
    ]
    return articles.of_customer(
        subject=reply.subject,
        text=text,
        sender=articles.mailbox(reply.from_name, reply.from_address),
        to=reply.to,
        marker=marker,
        files=files,
    )
