"""Fetching from all mail accounts, each on a thread of its own: a server that is down holds nobody up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import Error, connections

from otalink.postmaster.accounts import lease
from otalink.postmaster.accounts.models import MailAccount
from otalink.postmaster.accounts.visit import Visit, visit

# How soon an account that was added, changed or is due again is noticed.
LOOK_SECONDS = 5.0
# A visit that waits for a server's answer gets this long when we stop; what it has not filed stays where it is.
STOP_SECONDS = 8.0

log = structlog.get_logger(__name__)


class Fetcher:
    """Visits accounts whenever they are due, until it is stopped."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._visits: dict[int, threading.Thread] = {}
        self._thread = threading.Thread(target=self._run, name="fetcher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the mails in hand, and end."""
        self._stopping.set()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in [self._thread, *self._visits.values()]:
            thread.join(max(0.1, deadline - time.monotonic()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except Error as error:
                log.warning("mail accounts cannot be read now", error=str(error))
            finally:
                # There are long pauses, and most installations have no mail accounts at all.
                connections.close_all()
            self._stopping.wait(LOOK_SECONDS)

    def _look(self) -> None:
        self._visits = {pk: thread for pk, thread in self._visits.items() if thread.is_alive()}
        for account in lease.due().exclude(pk__in=list(self._visits)):
            work = _guarded(lambda account=account: visit(account, self._stopping.is_set, stay=True))  # type: ignore[misc]
            self._visits[account.pk] = threading.Thread(target=work, name=f"fetch {account.name}", daemon=True)
            self._visits[account.pk].start()


def fetch_once(accounts: list[MailAccount]) -> list[Visit]:
    """Visit these accounts now, side by side, whether they are due or not; one visit each."""
    with ThreadPoolExecutor(max(1, min(len(accounts), 16)), thread_name_prefix="fetch") as pool:
        return list(pool.map(_visit_once, accounts))


def _visit_once(account: MailAccount) -> Visit:
    try:
        return visit(account, lambda: False, stay=False)
    except Error as error:
        return Visit(account.name, error=f"the database: {error}")
    finally:
        connections.close_all()


def _guarded(work: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            work()
        except Exception:
            log.exception("fetching failed")
        finally:
            connections.close_all()

    return run
