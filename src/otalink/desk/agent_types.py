"""What passes through the agents' part of the port, beyond `types`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from otalink.desk.types import Article, Standing, StateType, Ticket


@dataclass(frozen=True)
class TicketSearch:
    """Which tickets to list; what is empty asks for nothing.

    Each of `words` stands in a ticket's number, its title or the login of its customer user; case does not count.
    With `sender_pending` only those on which a sender waits, as `customers.pending` knows. With `unproven_follow_up`
    only those with a follow-up that an agent may show as the customer's, and after which no agent wrote anything. With
    `numbers` only these.
    """

    state_types: frozenset[StateType] = frozenset()
    words: tuple[str, ...] = ()
    sender_pending: bool = False
    unproven_follow_up: bool = False
    numbers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ListedTicket(Ticket):
    """A ticket in a list for agents, who see on which ones a sender waits to be let in."""

    sender_pending: bool = False


@dataclass(frozen=True)
class AgentArticle(Article):
    """An article as agents see it.

    `original_size` is that of the mail it was made of, in bytes, None for no mail. `standing` says of a follow-up why
    the customer does not see it.
    """

    original_size: int | None = None
    standing: Standing = Standing.OWN


@dataclass(frozen=True)
class FieldValue:
    """What a dynamic field of a ticket holds; a checkbox holds "1" or "0"."""

    name: str
    label: str
    is_checkbox: bool
    value: str


@dataclass(frozen=True)
class Participation:
    """Somebody who takes part in a ticket beside its customer user."""

    customer_login: str
    since: datetime


@dataclass(frozen=True)
class Queue:
    """A queue that tickets may be moved to."""

    id: int
    name: str


@dataclass(frozen=True)
class Choices:
    """What a ticket may be set to: states and priorities in their own order, queues by name."""

    states: tuple[str, ...]
    priorities: tuple[str, ...]
    queues: tuple[Queue, ...]
