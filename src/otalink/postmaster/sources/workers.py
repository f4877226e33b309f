"""The threads that file mail for a source that listens, each with database connections of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import close_old_connections, connections

# Filing is mostly waiting for the database; while one mail is large, small ones go on.
WORKERS = 4
# A mail in hand gets this long when the source stops.
STOP_SECONDS = 7.5


def with_fresh_connections[T](work: Callable[[], T]) -> T:
    """Do something that talks to the database, with no connection that was lost or is too old."""
    close_old_connections()
    return work()


def close_connections(together: threading.Barrier) -> None:
    """Close this thread's connections, once as many threads as `together` says have come here."""
    together.wait(5)
    connections.close_all()
