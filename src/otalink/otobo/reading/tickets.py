"""Tickets with their state, queue and customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from typing import Any

from otalink.desk.types import AfterClose, StateType, Ticket
from otalink.otobo.connection import CHUNK, fetch, marks, vendor
from otalink.otobo.facts import FollowUpRule
from otalink.otobo.reading import closing, merges
from otalink.otobo.reading.times import aware

_SELECT = (
    "SELECT t.id, t.tn, t.title, s.name, st.name, p.name, q.name, a.value0, a.value1, t.customer_user_id,"
    " t.customer_id, t.create_time, t.change_time, f.name"
    " FROM ticket t JOIN ticket_state s ON s.id = t.ticket_state_id JOIN ticket_state_type st ON st.id = s.type_id"
    " JOIN ticket_priority p ON p.id = t.ticket_priority_id JOIN queue q ON q.id = t.queue_id"
    " LEFT JOIN system_address a ON a.id = q.system_address_id LEFT JOIN follow_up_possible f ON f.id = q.follow_up_id"
)
# A merged ticket may have been merged into one that was merged later.
_MOST_HOPS = 20


@dataclass(frozen=True)
class OtoboTicket:
    """A ticket with what only OTOBO's own side of us needs: its id, and its queue's rule for closed tickets.

    `stamp` is when it was opened, by OTOBO's clock and zone, as a text that is only compared.
    """

    id: int
    stamp: str
    ticket: Ticket
    follow_up: FollowUpRule


def find(number: str) -> OtoboTicket | None:
    """The ticket of that number itself, also one that was merged.

    Raises:
        DeskUnavailable
    """
    return next((found for found in _where("t.tn = %s", number) if found.ticket.number == number), None)


def find_by_id(ticket_id: int) -> OtoboTicket | None:
    """The ticket of that id itself.

    Raises:
        DeskUnavailable
    """
    return next(iter(_where("t.id = %s", ticket_id)), None)


def follow(number: str) -> OtoboTicket | None:
    """The ticket that somebody finds under that number: the one it was merged into, if that is the same customer's.

    Raises:
        DeskUnavailable
    """
    return next(iter(path(number)[-1:]), None)


def path(number: str) -> list[OtoboTicket]:
    """The ticket of that number itself, then those it was merged into, as far as `main_of` goes; [] where it is none.

    Raises:
        DeskUnavailable
    """
    found = find(number)
    return [found, *_merged_into(found)] if found else []


def main_of(found: OtoboTicket) -> OtoboTicket:
    """The ticket that this one was merged into, over all merges, as far as they have the same customer.

    Raises:
        DeskUnavailable
    """
    return [found, *_merged_into(found)][-1]


def _merged_into(found: OtoboTicket) -> list[OtoboTicket]:
    way: list[OtoboTicket] = []
    for _ in range(_MOST_HOPS):
        main_id = merges.into(found.id) if found.ticket.state_type is StateType.MERGED else None
        main = find_by_id(main_id) if main_id else None
        if main is None or main.ticket.customer_login != found.ticket.customer_login:
            break
        found = main
        way.append(found)
    return way


def of_customer(login: str, limit: int) -> list[Ticket]:
    """The tickets of a customer user, last changed first; the case of the login does not count.

    Raises:
        DeskUnavailable
    """
    column = "LOWER(t.customer_user_id)" if vendor() == "postgresql" else "t.customer_user_id"
    rows = fetch(f"{_SELECT} WHERE {column} = %s ORDER BY t.change_time DESC, t.id DESC LIMIT %s", login.lower(), limit)
    # MariaDB takes "é" for "e".
    return [found.ticket for found in _tickets(rows) if found.ticket.customer_login == login.lower()]


def of_numbers(numbers: Sequence[str]) -> list[OtoboTicket]:
    """The tickets of these numbers themselves, in no order.

    Raises:
        DeskUnavailable
    """
    found: list[OtoboTicket] = []
    for chunk in batched(numbers, CHUNK):
        found += _where(f"t.tn IN ({marks(chunk)})", *chunk)
    wanted = set(numbers)
    return [one for one in found if one.ticket.number in wanted]


def open_logins(logins: Iterable[str]) -> set[str]:
    """Which of these customer users, in lower case, have a ticket in no final state.

    Raises:
        DeskUnavailable
    """
    wanted, found = sorted({login.lower() for login in logins}), set[str]()
    column = "LOWER(t.customer_user_id)" if vendor() == "postgresql" else "t.customer_user_id"
    for chunk in batched(wanted, CHUNK):
        sql = (
            "SELECT DISTINCT t.customer_user_id FROM ticket t JOIN ticket_state s ON s.id = t.ticket_state_id"
            f" JOIN ticket_state_type st ON st.id = s.type_id WHERE {column} IN ({marks(chunk)})"
            f" AND st.name NOT IN ({marks(closing.FINAL)})"
        )
        found.update(str(login).lower() for (login,) in fetch(sql, *chunk, *closing.FINAL))
    return found & set(wanted)


def _where(condition: str, *values: Any) -> list[OtoboTicket]:
    return _tickets(fetch(f"{_SELECT} WHERE {condition}", *values))


def _tickets(rows: Sequence[tuple[Any, ...]]) -> list[OtoboTicket]:
    found = [_ticket(row) for row in rows]
    final = [one for one in found if one.ticket.state_type.is_final]
    closed = closing.times({one.id: one.ticket.changed for one in final}) if final else {}
    return [replace(one, ticket=replace(one.ticket, closed=closed.get(one.id))) for one in found]


def _ticket(row: tuple[Any, ...]) -> OtoboTicket:
    id_, number, title, state, state_type, priority, queue, email, name, login, customer_id, created, changed, rule = (
        row
    )
    ticket = Ticket(
        number=str(number),
        title=title or "",
        state=state,
        state_type=_state_type(state_type),
        priority=priority,
        queue=queue,
        queue_email=email or "",
        queue_sender_name=name or "",
        customer_login=(login or "").lower(),
        customer_id=customer_id or "",
        created=aware(created),
        changed=aware(changed),
        closed=None,
        after_close=AfterClose(_rule(rule)),
    )
    return OtoboTicket(int(id_), str(created), ticket, _rule(rule))


def _state_type(name: str) -> StateType:
    return StateType(name) if name in set(StateType) else StateType.OPEN


def _rule(name: str | None) -> FollowUpRule:
    return FollowUpRule(name) if name in set(FollowUpRule) else FollowUpRule.POSSIBLE
