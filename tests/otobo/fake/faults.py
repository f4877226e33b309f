"""What goes wrong with an OTOBO's history: rows that come late, gaps, an old backup, a clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from tests.otobo.fake.core import Died, Filed, Otobo, in_background
from tests.otobo.fake.database import Row, many, refusals

# In the order in which rows can be put back.
TABLES = [
    *("ticket", "article", "ticket_history", "article_data_mime", "article_data_mime_attachment"),
    *("article_data_mime_plain", "article_data_mime_send_error", "mail_queue", "dynamic_field_value", "customer_user"),
    "ticket_number_counter",
]


@contextmanager
def locked(otobo: Otobo, ticket: Filed) -> Iterator[None]:
    """Somebody holds the ticket: a history row of it gets its id at once and is seen after the block."""
    holder = otobo.database.another()
    holder.run("BEGIN")
    holder.rows("SELECT id FROM ticket WHERE id = %s FOR UPDATE", ticket.id)
    try:
        yield
    finally:
        holder.run("ROLLBACK")
        holder.close()


@contextmanager
def late(otobo: Otobo, ticket: Filed, call: Callable[[], object]) -> Iterator[None]:
    """While the block runs, `call` of another process waits for the ticket; behind it, it is done.

    What it writes has ids from before the block and is seen only after it.
    """
    with ExitStack() as lock:
        lock.enter_context(locked(otobo, ticket))
        with in_background(call) as (thread,):
            deadline = time.monotonic() + 30
            # Asked again within a tenth of a second, MariaDB gives what it said before, be it to an earlier test.
            time.sleep(0.15)
            while not _lock_waits(otobo):
                assert thread.is_alive(), "it did not wait"
                assert time.monotonic() < deadline, "nothing waits"
                time.sleep(0.15)
            try:
                yield
            finally:
                lock.close()


def _lock_waits(otobo: Otobo) -> int:
    if otobo.database.is_mariadb:
        states = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
    else:
        states = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    return int(otobo.database.value(states))


def leave_gap(otobo: Otobo) -> None:
    """An INSERT that fails takes an id with it, for ever."""
    taken = otobo.database.value("SELECT COUNT(*) FROM ticket_history")
    with suppress(*refusals(otobo.database)):
        otobo.database.insert(
            "ticket_history", name="%%", history_type_id=-1, ticket_id=-1, article_id=None, type_id=1, queue_id=1,
            owner_id=1, priority_id=1, state_id=-1, create_time=otobo.now(), create_by=1, change_time=otobo.now(),
            change_by=1,
        )  # fmt: skip
    assert otobo.database.value("SELECT COUNT(*) FROM ticket_history") == taken


def dies(otobo: Otobo, after: int, call: Callable[[], object]) -> bool:
    """Let a process end after so many statements of a call; whether it did (False: it was done before)."""
    otobo.dies_after = after
    try:
        call()
    except Died:
        return True
    finally:
        otobo.dies_after = None
    return False


@dataclass(frozen=True)
class Backup:
    """All rows as they were; `restore` puts them back, and the ids go back with them."""

    rows: dict[str, tuple[list[str], list[Row]]]

    @staticmethod
    def take(otobo: Otobo) -> Backup:
        return Backup({table: _rows_of(otobo, table) for table in TABLES})

    def restore(self, otobo: Otobo) -> None:
        for table in reversed(TABLES):
            otobo.database.run(f"DELETE FROM {table}")
        for table in TABLES:
            columns, rows = self.rows[table]
            if rows:
                many(otobo.database, table, columns, rows)
            _next_id(otobo, table, max((row[columns.index("id")] for row in rows), default=0) + 1)


def _rows_of(otobo: Otobo, table: str) -> tuple[list[str], list[Row]]:
    with otobo.database.connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return [column[0] for column in cursor.description], list(cursor.fetchall())


def _next_id(otobo: Otobo, table: str, number: int) -> None:
    if otobo.database.is_mariadb:
        otobo.database.run(f"ALTER TABLE {table} AUTO_INCREMENT = {number}")
    else:
        otobo.database.value(f"SELECT setval('{table}_id_seq', %s, false)", number)


def many_history_rows(otobo: Otobo, ticket: Filed, count: int) -> None:
    """A long past: so many rows of one ticket, made by the database itself."""
    row: dict[str, Any] = {
        "name": "'%%Misc%%'", "history_type_id": otobo.id_of("ticket_history_type", "Misc"), "ticket_id": ticket.id,
        "article_id": "NULL", "type_id": 1, "queue_id": 1, "owner_id": 1, "priority_id": 1,
        "state_id": otobo.id_of("ticket_state", "open"), "create_time": "'2026-01-05 08:00:00'", "create_by": 1,
        "change_time": "'2026-01-05 08:00:00'", "change_by": 1,
    }  # fmt: skip
    source = f"seq_1_to_{count}" if otobo.database.is_mariadb else f"generate_series(1, {count}) AS one"
    values = ", ".join(str(value) for value in row.values())
    with otobo.database.connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO ticket_history ({', '.join(row)}) SELECT {values} FROM {source}")
