"""`otalink worker` and `otalink postmaster lmtp`: one part of `run` as a process of its own."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from otalink.cli.failures import EXIT_CANNOT, EXIT_DONE
from otalink.cli.output import CommandResult, say
from otalink.cli.server.ports import ListenOn, require_free
from otalink.cli.server.services import Part, desk_services, local_socket, mail_server, smtp_server, stop


def worker() -> None:
    """Send mail and run the schedules until SIGTERM or Ctrl+C."""
    from otalink.maintenance.worker import Worker

    ended = _EndSignal()
    worker = Worker()
    worker.start()
    parts: list[Part] = [worker, *desk_services()]
    say("otalink works")
    ended.wait()
    stop(parts)


def lmtp(lmtp: ListenOn) -> None:
    """Take mail in until SIGTERM or Ctrl+C.

    Raises:
        CannotListen
    """
    require_free(lmtp)
    _serve(partial(mail_server, lmtp), f"otalink listens for mail over LMTP at {lmtp}")


def smtp(smtp: ListenOn) -> None:
    """Take mail in over SMTP until SIGTERM or Ctrl+C.

    Raises:
        CannotListen
    """
    require_free(smtp)
    _serve(partial(smtp_server, smtp), f"otalink listens for mail over SMTP at {smtp}")


def fetch(once: bool) -> CommandResult:
    """Fetch from all enabled mail accounts: once, or until SIGTERM or Ctrl+C."""
    from otalink.postmaster.accounts.fetcher import Fetcher, fetch_once
    from otalink.postmaster.accounts.models import MailAccount

    if once:
        visits = fetch_once(list(MailAccount.objects.filter(enabled=True)))
        failed = any(visit.error for visit in visits)
        return CommandResult([asdict(visit) for visit in visits], EXIT_CANNOT if failed else EXIT_DONE)
    ended = _EndSignal()
    part = Fetcher()
    part.start()
    say("otalink fetches mail")
    ended.wait()
    part.stop()
    return CommandResult(None)


def _serve(start: Callable[[], Part], greeting: str) -> None:
    ended = _EndSignal()
    parts = [start(), *local_socket()]
    say(greeting)
    ended.wait()
    for part in parts:
        part.stop()


class _EndSignal:
    """Waits for SIGTERM or Ctrl+C from when it is made."""

    # A signal that came to another thread wakes nobody, and an event set by a handler can wait for itself.
    _LOOK_SECONDS = 0.2

    def __init__(self) -> None:
        self._is_told = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)

    def _tell(self, *_: object) -> None:
        self._is_told = True

    def wait(self) -> None:
        while not self._is_told:
            time.sleep(self._LOOK_SECONDS)
