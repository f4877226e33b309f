"""The watcher as a part of `otalink run` and `otalink worker`, in a thread of its own."""

from __future__ import annotations

import threading
from contextlib import suppress

import structlog
from django.db import Error, close_old_connections, connections

from otalink.common import retry
from otalink.desk.port import DeskUnavailable
from otalink.otobo import connection
from otalink.otobo.watcher import lease
from otalink.otobo.watcher.lease import LeaseLost
from otalink.otobo.watcher.rounds import Rounds

_log = structlog.get_logger("otalink.otobo")
# Seconds between two rounds where nothing is new.
PAUSE = 0.25


class Watcher:
    """Watches until `stop`; in how many processes one may run, one of them watches."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._rounds = Rounds()
        self._is_failing = True  # whoever watched before may have been
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 8.0) -> None:
        """Finish the round in hand, and let another process watch."""
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            close_old_connections()
            more, well = self._round()
            failures = 0 if well else failures + 1
            pause = retry.WORKER_ROUNDS.delay_after(failures).total_seconds() if failures else PAUSE
            self._stopping.wait(0 if more else pause)
        self._end()

    def _round(self) -> tuple[bool, bool]:
        """Whether there is more to do at once, and whether all went well."""
        try:
            more = self._rounds.work()
        except LeaseLost:
            self._rounds.forget()
            return False, True
        except Exception as error:  # noqa: BLE001 - a bug in one round must not end the next
            self._rounds.forget()
            self._note(error)
            return False, False
        if self._is_failing and self._rounds.is_watching:
            lease.succeeded()
            self._is_failing = False
        return more, True

    def _note(self, error: Exception) -> None:
        if isinstance(error, DeskUnavailable | Error):
            _log.warning("the watcher waits", error=f"{type(error).__name__}: {error}")
        else:
            _log.exception("the watcher goes on after an error")
        self._is_failing = True
        with suppress(Error):
            lease.failed(" ".join(str(error).split()))

    def _end(self) -> None:
        try:
            self._rounds.stop()
        except Error as error:
            _log.warning("another watcher waits for the end of our lease", error=str(error))
        connections.close_all()
        connection.close()


def start() -> Watcher:
    """A watcher that runs."""
    watcher = Watcher()
    watcher.start()
    return watcher
