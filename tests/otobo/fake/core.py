"""A fake OTOBO's hands: every step it takes is one statement, visible at once, and any of them may be its last."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from tests.otobo.fake.database import Database

API_AGENT, ANNA, SYSTEM = 2, 3, 1


class Died(Exception):
    """The process ended between two statements."""


@dataclass(frozen=True)
class Filed:
    """A ticket, and the article just filed on it (0 where there was none)."""

    id: int
    number: str
    article: int = 0


@dataclass
class Otobo:
    """One process of a fake OTOBO, with a connection of its own.

    `zone` is the setting OTOBOTimeZone; `folder` is `var/article` where files are kept on disk, None where they are in
    the database. `auto_reply` is whether queues answer, `notifies` whether customers get mail of a new ticket and
    `agents` are told of follow-ups. `dies_after` is how many statements are left to it, `before` sees each beforehand.
    """

    database: Database
    zone: tzinfo = UTC
    folder: Path | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    auto_reply: bool = True
    notifies: bool = True
    agents: tuple[str, ...] = ("anna",)
    templates: dict[str, str] = field(default_factory=dict)
    dies_after: int | None = None
    before: Callable[[str], None] = lambda _: None
    _ids: dict[tuple[str, str], int] = field(default_factory=dict)

    def another(self) -> Otobo:
        """A second process of the same OTOBO."""
        return replace(self, database=self.database.another(), dies_after=None, _ids={})

    def now(self) -> datetime:
        """Now as OTOBO writes it: naive, in its own zone, to the second."""
        return self.clock().astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    def epoch(self) -> int:
        return int(self.clock().timestamp())

    def id_of(self, table: str, name: str) -> int:
        """The id of what has a name."""
        if (table, name) not in self._ids:
            self._ids[table, name] = int(self.database.value(f"SELECT id FROM {table} WHERE name = %s", name))
        return self._ids[table, name]

    def step(self, what: str) -> None:
        """Called before each statement that changes something.

        Raises:
            Died: there was to be no further one.
        """
        self.before(what)
        if self.dies_after is not None:
            if self.dies_after <= 0:
                raise Died(what)
            self.dies_after -= 1

    def insert(self, table: str, by: int = SYSTEM, **columns: Any) -> int:
        """Add a row that says who made it and when; gives its id."""
        self.step(f"INSERT {table}")
        now = self.now()
        stamps = {"create_time": now, "create_by": by, "change_time": now, "change_by": by}
        return self.database.insert(table, **columns, **stamps)

    def insert_plain(self, table: str, **columns: Any) -> int:
        """Add a row to a table without the columns for who and when."""
        self.step(f"INSERT {table}")
        return self.database.insert(table, **columns)

    def change_ticket(self, ticket_id: int, by: int = SYSTEM, **columns: Any) -> None:
        """Change a ticket's own row."""
        self.step("UPDATE ticket")
        self.database.update("ticket", ticket_id, **columns, change_time=self.now(), change_by=by)

    def run(self, sql: str, *values: object) -> None:
        """Any other statement that changes something."""
        self.step(sql)
        self.database.run(sql, *values)

    def ticket(self, ticket_id: int) -> dict[str, Any]:
        """What a ticket's row says, with the names of its queue and state."""
        row = self.database.row(
            "SELECT t.tn, t.title, q.name, s.name, st.name, t.customer_user_id, t.customer_id, t.queue_id,"
            " t.ticket_state_id, t.ticket_priority_id, t.user_id FROM ticket t JOIN queue q ON q.id = t.queue_id"
            " JOIN ticket_state s ON s.id = t.ticket_state_id JOIN ticket_state_type st ON st.id = s.type_id"
            " WHERE t.id = %s",
            ticket_id,
        )
        names = ("number", "title", "queue", "state", "state_type", "customer_user", "customer", "queue_id")
        return dict(zip((*names, "state_id", "priority_id", "owner_id"), row, strict=True))

    def history(self, kind: str, ticket_id: int, name: str, article: int | None = None, by: int = SYSTEM) -> int:
        """Write down what happened; the row has the ticket as it is after that."""
        ticket = self.ticket(ticket_id)
        return self.insert(
            "ticket_history", by, name=name[:200], history_type_id=self.id_of("ticket_history_type", kind),
            ticket_id=ticket_id, article_id=article, type_id=1, queue_id=ticket["queue_id"],
            owner_id=ticket["owner_id"], priority_id=ticket["priority_id"], state_id=ticket["state_id"],
        )  # fmt: skip


@contextmanager
def in_background(*calls: Callable[[], object]) -> Iterator[list[threading.Thread]]:
    """Run each call in a thread while the block runs; waits for them and raises what they raised."""
    errors: list[BaseException] = []

    def guarded(call: Callable[[], object]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - it is raised where the threads are waited for
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        for thread in threads:
            thread.join(60)
    if errors:
        raise errors[0]
