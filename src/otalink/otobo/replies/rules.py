"""What becomes of a reply by the state of its ticket and the rule of its queue."""

from __future__ import annotations

from dataclasses import dataclass

from otalink.desk.types import StateType
from otalink.otobo import facts
from otalink.otobo.connection import fetch
from otalink.otobo.facts import FollowUpRule
from otalink.otobo.reading.tickets import OtoboTicket

_OPEN_STATES = (
    "SELECT s.name FROM ticket_state s JOIN ticket_state_type st ON st.id = s.type_id"
    " WHERE st.name = %s AND s.valid_id = 1 ORDER BY s.id"
)
_AWAITED = {StateType.NEW, StateType.OPEN}
_ENDED = {StateType.CLOSED, StateType.REMOVED}


@dataclass(frozen=True)
class Course:
    """Where a reply goes: into a new ticket, or onto its ticket, which gets the state `opens` unless that is empty."""

    as_new_ticket: bool
    opens: str = ""


def is_taken(found: OtoboTicket) -> bool:
    """Whether the ticket takes replies; a closed one does not where its queue rejects them."""
    return not (found.ticket.state_type in _ENDED and found.follow_up is FollowUpRule.REJECT)


def course_of(found: OtoboTicket) -> Course:
    """What is done with a reply that was taken.

    A ticket that was closed since, and takes no further ones, gets it without being opened: the customer was told that
    it is sent.

    Raises:
        DeskUnavailable
    """
    state_type = found.ticket.state_type
    if state_type in _AWAITED or state_type is StateType.MERGED or not is_taken(found):
        return Course(as_new_ticket=False)
    if state_type in _ENDED and found.follow_up is FollowUpRule.NEW_TICKET:
        return Course(as_new_ticket=True)
    return Course(as_new_ticket=False, opens=_open_state())


def _open_state() -> str:
    names = [str(name) for (name,) in fetch(_OPEN_STATES, StateType.OPEN)]
    return facts.OPEN_STATE if facts.OPEN_STATE in names else next(iter(names), "")
