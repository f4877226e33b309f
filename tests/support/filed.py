"""What lies in the database of a data folder, read while other processes write there, or after they were killed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path


def message_ids(data: Path) -> Counter[str]:
    """The message ids of all articles, and how often each was filed; none before there are tables."""
    with closing(sqlite3.connect(data / "otalink.sqlite3", timeout=20)) as database:
        try:
            return Counter(name for (name,) in database.execute("SELECT message_id FROM minidesk_article"))
        except sqlite3.OperationalError:
            return Counter()


def tickets(data: Path) -> int:
    """How many tickets there are."""
    with closing(sqlite3.connect(data / "otalink.sqlite3", timeout=20)) as database:
        (number,) = database.execute("SELECT COUNT(*) FROM minidesk_ticket").fetchone()
        return int(number)
