"""Filing queued replies, as a part of `otalink run` and `otalink worker`."""

from __future__ import annotations

import threading
import time

import structlog
from django.db import Error, close_old_connections, connections

from otalink.common.owners import new_owner
from otalink.desk.port import DeskError
from otalink.otobo import connection, ticket_changes
from otalink.otobo.replies import lease, restored
from otalink.otobo.replies.sending import deliver

_LOOK_SECONDS = 0.5
# A round that OTOBO did not answer is followed by a longer pause; the replies themselves wait longer and longer.
_AWAY_SECONDS = 5.0
_RESTORED_SECONDS, _PURGE_SECONDS = 60.0, 3_600.0
_MOST_AT_ONCE = 50
_BEAT_SECONDS = 5.0
# A request that waits for its answer gets this long when we stop; what becomes of it is found out at the next start.
_STOP_SECONDS = 8.0

_log = structlog.get_logger(__name__)


def work_once(owner: str = "") -> int:
    """File what is due; how many were tried. `owner` is who is to have the replies meanwhile.

    Raises:
        DeskUnavailable: OTOBO cannot be asked; what is left waits.
    """
    owner, tried = owner or new_owner(), 0
    for reply_id in lease.due(_MOST_AT_ONCE):
        reply = lease.take(reply_id, owner)
        if reply is None:
            continue
        tried += 1
        try:
            deliver(reply)
        except lease.LeaseLost:
            _log.warning("another process took a reply over", ticket=reply.ticket_number)
    return tried


class Filer:
    """Files replies until it is stopped; several may work at once, in one process or many."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._owner = new_owner()
        self._thread = threading.Thread(target=self._run, name="replies", daemon=True)
        self._beating = threading.Thread(target=self._beat, name="replies lease", daemon=True)
        self._due = {restored.queue_lost: 0.0, restored.purge: 0.0}

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._beating.start()

    def stop(self) -> None:
        """Finish the request in hand, and end."""
        self._stopping.set()
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            close_old_connections()
            pause = self._round()
        connection.close()
        connections.close_all()

    def _round(self) -> float:
        """Do what is due; how long to wait then, in seconds."""
        try:
            self._chores()
            changed = ticket_changes.work_once()
            return 0.0 if work_once(self._owner) or changed else _LOOK_SECONDS
        except (DeskError, Error) as error:
            _log.warning("replies wait", error=f"{type(error).__name__}: {error}")
        except Exception:  # noqa: BLE001 - a bug with one reply must not stop the others
            _log.exception("filing replies goes on after an error")
        return _AWAY_SECONDS

    def _beat(self) -> None:
        # A request may last longer than the lease of a process that was killed should.
        while self._thread.is_alive():
            close_old_connections()
            try:
                lease.renew(self._owner)
            except Error as error:
                _log.warning("the lease of a reply cannot be renewed", error=str(error))
            self._thread.join(_BEAT_SECONDS)
        connections.close_all()

    def _chores(self) -> None:
        now = time.monotonic()
        for chore, seconds in ((restored.queue_lost, _RESTORED_SECONDS), (restored.purge, _PURGE_SECONDS)):
            if self._due[chore] <= now:
                self._due[chore] = now + seconds
                chore()


def start() -> Filer:
    """Begin to file."""
    filer = Filer()
    filer.start()
    return filer
