"""The links that the add-on has mailed: kept as digests, so that each still opens its ticket, once.

They become links like ours, and follow the same rules from then on; only a code was never mailed with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction

from otalink.customers.addresses import normal
from otalink.desk.current import get_desk
from otalink.otobo import connection, facts
from otalink.otobo.reading.times import aware
from otalink.tokens import audit
from otalink.tokens.access import closed_before
from otalink.tokens.issue import digest_of
from otalink.tokens.models import AuditEvent, Token, TokenState

_SECRET = re.compile(r"[A-Za-z0-9]{24}")
_TICKETS, _ROWS = 20_000, 1_000
_NOTE = "of the add-on"


@dataclass
class Counts:
    """How many links were found, and what became of them; `taken_active` of those that were taken still sign in.

    `of_ended_tickets` opened tickets that let nobody in any more, or that are gone; `broken` name nobody, no ticket, or
    are no token at all.
    """

    found: int = 0
    taken: int = 0
    taken_active: int = 0
    there_already: int = 0
    of_ended_tickets: int = 0
    broken: int = 0

    def as_record(self) -> dict[str, int]:
        """The counts by name."""
        return {
            "found": self.found,
            "taken": self.taken,
            "taken, and live": self.taken_active,
            "there already": self.there_already,
            "of ended tickets": self.of_ended_tickets,
            "broken": self.broken,
        }


@dataclass(frozen=True)
class _Link:
    digest: str
    ticket_number: str
    customer_login: str
    is_active: bool
    changed: datetime
    created: datetime


def total() -> int:
    """How many links the add-on has.

    Raises:
        DeskUnavailable
    """
    ((count,),) = connection.fetch(f"SELECT COUNT(*) FROM {facts.TOKEN_TABLE}")
    return int(count)


def take(report: Callable[[int], None]) -> Counts:
    """Take every link over, ticket by ticket; those that are there already stay as they are.

    `report` is told now and then how many were looked at.

    Raises:
        DeskUnavailable: what was taken so far is kept; to do it again does no harm.
    """
    counts, after = Counts(), ""
    while last := _last_of_next(after):
        rows = _rows(after, last)
        for chunk in batched(rows, _ROWS):
            _take_chunk(chunk, counts)
            report(counts.found)
        after = last
    return counts


def _last_of_next(after: str) -> str:
    """The last of the next tickets that have links, "" where there are no more."""
    # The table has no index to count on: the fewer steps, the fewer times it is read from end to end.
    table = facts.TOKEN_TABLE
    tickets = f"SELECT DISTINCT ticket_number FROM {table} WHERE ticket_number > %s ORDER BY ticket_number LIMIT %s"
    ((last,),) = connection.fetch(f"SELECT MAX(ticket_number) FROM ({tickets}) AS found", after, _TICKETS)
    return str(last or "")


def _rows(after: str, last: str) -> list[tuple[Any, ...]]:
    # One column has a reserved word for a name.
    quote = "`" if connection.vendor() == "mysql" else '"'
    columns = ", ".join(f"{quote}{column}{quote}" for column in facts.TOKEN_COLUMNS)
    sql = f"SELECT {columns} FROM {facts.TOKEN_TABLE} WHERE ticket_number > %s AND ticket_number <= %s"
    return connection.fetch(sql, after, last)


def _take_chunk(rows: Sequence[tuple[Any, ...]], counts: Counts) -> None:
    counts.found += len(rows)
    links = [link for row in rows if (link := _link(row))]
    counts.broken += len(rows) - len(links)
    ended = get_desk().access_ended({link.ticket_number for link in links}, closed_before())
    alive = {link.digest: link for link in links if link.ticket_number not in ended}
    counts.of_ended_tickets += len(links) - sum(link.ticket_number not in ended for link in links)
    _keep(alive, counts)


def _link(row: tuple[Any, ...]) -> _Link | None:
    token, number, user, used, changed, created = row
    login = normal(str(user or ""))
    if not _SECRET.fullmatch(str(token)) or not login or not re.fullmatch(r"[0-9]{1,50}", str(number)):
        return None
    return _Link(
        digest_of(str(token)), str(number), login, int(used) == facts.TOKEN_ACTIVE, aware(changed), aware(created)
    )


@transaction.atomic
def _keep(links: dict[str, _Link], counts: Counts) -> None:
    known = set(Token.objects.filter(digest__in=list(links)).values_list("digest", flat=True))
    newer = _newest_of_ours(links.values())
    fresh = [_token(link, newer) for digest, link in links.items() if digest not in known]
    Token.objects.bulk_create(fresh)
    kept = Token.objects.filter(digest__in=[token.digest for token in fresh])
    audit.record(AuditEvent.ISSUED, list(kept), note=_NOTE)
    counts.there_already += len(known)
    counts.taken += len(fresh)
    counts.taken_active += sum(token.state == TokenState.ACTIVE for token in fresh)


def _newest_of_ours(links: Iterable[_Link]) -> dict[tuple[str, str], datetime]:
    numbers = {link.ticket_number for link in links}
    rows = Token.objects.filter(ticket_number__in=numbers).values_list("ticket_number", "customer_login", "created")
    newest: dict[tuple[str, str], datetime] = {}
    for number, login, created in rows:
        newest[number, login] = max(created, newest.get((number, login), created))
    return newest


def _token(link: _Link, newest: dict[tuple[str, str], datetime]) -> Token:
    # One that was used, or replaced there, or by a link that we mailed since. That it was used proves nothing to us:
    # there, whoever looked at a link had used it.
    is_replaced = newest.get((link.ticket_number, link.customer_login), link.created) > link.created
    state = TokenState.ACTIVE if link.is_active and not is_replaced else TokenState.SUPERSEDED
    return Token(
        digest=link.digest,
        ticket_number=link.ticket_number,
        customer_login=link.customer_login,
        state=state,
        created=link.created,
        changed=link.changed,
    )
