"""The worker: turns the desk's history into mail, runs queued tasks and the schedules, in a thread of its process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from django.db import close_old_connections, connections
from django.utils.crypto import get_random_string

from otalink.common import retry
from otalink.maintenance import batch, heartbeat, queue, schedule
from otalink.notifications.feed import feed
from otalink.notifications.passed_on import copies as passed_on
from otalink.notifications.transport import mailer

_log = structlog.get_logger("otalink.maintenance")


@dataclass
class _Chore:
    """Something to do every `seconds`; `due` is on the monotonic clock."""

    work: Callable[[], object]
    seconds: float
    due: float = field(default=0.0)


class Worker:
    """Runs until `stop`; several may work at once, in one process or many."""

    def __init__(self) -> None:
        self.id = f"{os.getpid()}-{get_random_string(16)}"
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._more_waits = False
        self._threads: list[threading.Thread] = []
        self._chores = [
            _Chore(feed, 0.0),
            _Chore(schedule.queue_due, 10.0),
            _Chore(self._take_over, heartbeat.INTERVAL),
            _Chore(queue.prune, 3_600.0),
            _Chore(passed_on.prune, 3_600.0),
        ]

    def start(self) -> None:
        """Begin to work, in threads of this process."""
        for target in (self._beat, self._work):
            thread = threading.Thread(target=target, name=f"worker{target.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, seconds: float = 8.0) -> None:
        """Finish the task in hand and end; what takes longer than `seconds` is left for the next worker."""
        self._stopping.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self) -> None:
        with mailer.one_session():
            self._rounds()
        self._stopped.set()
        connections.close_all()

    def _rounds(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            close_old_connections()
            # A database that is away is asked less and less often, and goes on where it stopped once it is back.
            failures = 0 if self._round() else failures + 1
            pause = retry.WORKER_ROUNDS.delay_after(1 + failures).total_seconds()
            if not self._more_waits:
                mailer.end_session()
            self._stopping.wait(0 if self._more_waits and not failures else pause)

    def _round(self) -> bool:
        """Do what is due; says whether all of it went well."""
        now, well = time.monotonic(), True
        for chore in self._chores:
            if chore.due <= now:
                well = _guarded(chore.work) and well
                chore.due = now + chore.seconds
        return _guarded(self._run_tasks) and well

    def _run_tasks(self) -> None:
        # New history is looked at again after each batch.
        self._more_waits = False
        self._more_waits = batch.work(self.id, self._stopping.is_set)

    def _take_over(self) -> None:
        queue.take_over(heartbeat.dead_since(), self.id, heartbeat.alive())

    def _beat(self) -> None:
        while not self._stopped.is_set():
            close_old_connections()
            _guarded(lambda: heartbeat.beat(self.id))
            self._stopped.wait(heartbeat.INTERVAL)
        _guarded(lambda: heartbeat.end(self.id))
        connections.close_all()


def _guarded(work: Callable[[], object]) -> bool:
    """Call; nothing that goes wrong ends the worker."""
    try:
        work()
    except queue.EXPECTED as error:
        _log.warning("the worker waits", error=f"{type(error).__name__}: {error}")
        return False
    except Exception:  # noqa: BLE001 - one chore's bug must not stop the mail
        _log.exception("the worker goes on after an error")
        return False
    return True
