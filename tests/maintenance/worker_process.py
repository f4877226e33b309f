"""A worker as a process of its own, for tests that kill it: `worker_process.py prepare TICKETS | work | note NAME`.

`work` finds the dead after two seconds instead of thirty, and waits for a mail host a second at most, not minutes.
"""

from __future__ import annotations

import sys
import threading
from datetime import timedelta

import django


def prepare(tickets: int) -> None:
    """Make the database, and customer users with a ticket each."""
    from django.core.management import call_command

    from tests.support import make

    call_command("migrate", verbosity=0)
    for number in range(tickets):
        login = f"customer{number}@customer.example"
        make.customer(login)
        make.ticket(login)


def work() -> None:
    """Work until killed."""
    from otalink.common import retry
    from otalink.maintenance import heartbeat
    from otalink.maintenance.worker import Worker

    heartbeat.INTERVAL, heartbeat.DEAD_AFTER = 0.3, timedelta(seconds=2)
    retry.MAIL_HOST = retry.RetryPolicy(timedelta(seconds=0.3), timedelta(seconds=1))
    Worker().start()
    threading.Event().wait()


def note(name: str) -> None:
    """Queue a task."""
    from tests.maintenance import sample_tasks

    sample_tasks.note.enqueue(name)


if __name__ == "__main__":
    django.setup()
    command, *arguments = sys.argv[1:]
    match command:
        case "prepare":
            prepare(int(arguments[0]))
        case "work":
            work()
        case "note":
            note(arguments[0])
