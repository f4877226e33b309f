"""`otalink worker` and `otalink postmaster lmtp`: one part of `run` as a process of its own."""

from __future__ import annotations

import signal
import threading

from otalink.conf.arguments import Address
from otalink.conf.listening import require_free
from otalink.conf.output import say


def worker() -> None:
    """Send mail and run the schedules until SIGTERM or Ctrl+C."""
    from otalink.maintenance.worker import Worker

    ended = _end_signal()
    part = Worker()
    part.start()
    say("otalink works")
    ended.wait()
    part.stop()


def lmtp(lmtp: Address) -> None:
    """Take mail in until SIGTERM or Ctrl+C.

    Raises:
        AddressInUse
    """
    from otalink.postmaster.sources.lmtp import serve

    require_free(lmtp)
    ended = _end_signal()
    server = serve(lmtp.host, lmtp.port)
    say(f"otalink listens for mail over LMTP at {lmtp}")
    ended.wait()
    server.stop()


def _end_signal() -> threading.Event:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended
