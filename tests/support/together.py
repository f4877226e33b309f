"""Work that several threads begin at the same moment, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def together[T](count: int, work: Callable[[int], T]) -> list[T]:
    """What `work` gives for each number below `count`, in order; what it raises is raised."""
    start = threading.Barrier(count)

    def one(number: int) -> T:
        start.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
