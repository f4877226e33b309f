"""A ticket's page beside OTOBO, with 50 messages that are read from its database; half are HTML with quoted history.

OTOBO's database is the fake one of the tests, on a real MariaDB, or PostgreSQL where that driver is missing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure, at_least, at_most, print_figures
from tests.benchmarks.relay import KIND, REST
from tests.benchmarks.setup import start_django
from tests.benchmarks.ticket_page import _HTML, _TEXT, MESSAGES, ROUNDS, _rate
from tests.support.servers import end, free_port, wait_for_port

if TYPE_CHECKING:
    from tests.otobo.fake.core import Otobo

ANN = "ann@customer.example"
TICKETS, LOOKS = 20, 60
# What OTOBO's own page takes, measured on a machine of that size, and how many times ours is to be faster.
OTOBO_MS, TIMES = 105.0, 10


def _session(numbers: list[str]) -> str:
    from django.test import RequestFactory

    from otalink.portal import sessions

    # The watcher has made her a customer user.
    return sessions.start(RequestFactory().get("/"), ANN, numbers[0], all_tickets=True)


def _ticket(otobo: Otobo) -> str:
    from tests.otobo.fake import mails
    from tests.otobo.fake.articles import Draft, body_file, mail, store

    ticket = mails.new_ticket(otobo, mail(sender=ANN))
    for message in range(1, MESSAGES):
        role, kind = ("customer", "WebRequestCustomer") if message % 2 else ("agent", "SendAnswer")
        files = [body_file(_HTML)] if message % 2 else []
        draft = Draft(role, "Internal", "Printer", _TEXT, "Ann Lee <ann@customer.example>", files=files)
        otobo.history(kind, ticket.id, "%%", store(otobo, ticket.id, draft))
    return ticket.number


def _watched(otobo: Otobo) -> list[str]:
    """The numbers of tickets that the watcher has seen from their beginning."""
    from otalink.otobo.watcher.rounds import Rounds

    watcher = Rounds()
    watcher.work()
    numbers = [_ticket(otobo) for _ in range(TICKETS)]
    while watcher.work():
        pass
    watcher.stop()
    return numbers


def _one_by_one(paths: list[str], cookie: str) -> tuple[float, float, int, int]:
    """Of one page: milliseconds, those of them that the processor was busy here, statements to us and to OTOBO."""
    from django.conf import settings
    from django.db import connection as ours
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from otalink.otobo import connection as theirs

    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"cookie": f"otalink_customer={cookie}"})
    for path in paths:
        assert client.get(path).status_code == 200
    counts = []
    for connection in (ours, theirs._connection()):
        with CaptureQueriesContext(connection) as asked:
            client.get(paths[0])
        counts.append(len(asked))
    took, busy = [], []
    for look in range(LOOKS):
        start, start_busy = time.perf_counter(), time.process_time()
        client.get(paths[look % len(paths)])
        took.append(time.perf_counter() - start)
        busy.append(time.process_time() - start_busy)
    return 1000 * median(took), 1000 * median(busy), counts[0], counts[1]


def _served(paths: list[str], cookie: str) -> float:
    port = free_port()
    command = [sys.executable, "-m", "otalink", "web", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    server = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, server)
        return median(_rate(port, paths, cookie) for _ in range(ROUNDS))
    finally:
        end(server)


def main() -> None:
    """Measure."""
    from tests.otobo.fake import rights
    from tests.otobo.fake.servers import Servers, fake

    servers = Servers()
    with fake(servers, KIND) as otobo:
        os.environ |= {
            "OTALINK_DESK": "otobo", "OTALINK_OTOBO_REST_URL": REST, "OTALINK_OTOBO_REST_USER": "otalink",
            "OTALINK_OTOBO_DATABASE_URL": rights.grant_reading(otobo.database), "OTALINK_OTOBO_REST_PASSWORD": "secret",
        }  # fmt: skip
        start_django()
        otobo.auto_reply = otobo.notifies = False
        numbers = _watched(otobo)
        cookie = _session(numbers)
        paths = [f"/tickets/{number}" for number in numbers]
        took, busy, asked, asked_there = _one_by_one(paths, cookie)
        rate = _served(paths, cookie)
    servers.stop()
    print_figures(
        [
            at_most(
                f"A ticket's page with {MESSAGES} messages of OTOBO's, one after the other",
                took,
                "ms",
                OTOBO_MS / TIMES,
            ),
            Figure("... of these the processor is busy with it here", busy, "ms"),
            at_most("... queries of our own database", asked, "", 5),
            at_most("... queries of OTOBO's database", asked_there, "", 4),
            at_least("... with 2 web workers", rate, "pages/s", 150),
        ]
    )


if __name__ == "__main__":
    main()
