"""The watcher beside an OTOBO with a long past: its first start, how many history rows a second it takes over, how soon
a mail has its customer user and checkbox, and what it costs while nothing happens.

OTOBO's database is the fake one of the tests, on a real MariaDB, or PostgreSQL where that driver is missing.
"""

from __future__ import annotations

import logging
import os
import time
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure, at_least, at_most, print_figures
from tests.benchmarks.setup import start_django

if TYPE_CHECKING:
    from tests.otobo.fake.core import Otobo

PAST = 5_000_000
TICKETS = 300
MAILS = 12
IDLE_SECONDS = 20.0
KIND = "MariaDB" if find_spec("MySQLdb") else "PostgreSQL"
CHECKBOX = "OTAMailSent"


def _file_mail(otobo: Otobo, number: int) -> int:
    """A mail of a proven stranger; the id of its ticket."""
    from tests.otobo.fake import mails
    from tests.otobo.fake.articles import mail

    domain = f"company{number}.example"
    checked = f"mx.desk.example; dmarc=pass header.from={domain}"
    return mails.new_ticket(otobo, mail(f"person@{domain}", f"Request {number}", Authentication_Results=checked)).id


def _first_start(otobo: Otobo) -> tuple[float, float]:
    """Seconds to the first round's end, and to that of a second watcher that finds the mirror."""
    from otalink.otobo.watcher.rounds import Rounds
    from tests.otobo.fake import faults, mails

    faults.many_history_rows(otobo, mails.new_ticket(otobo), PAST)
    seconds = []
    for _ in range(2):
        rounds, start = Rounds(), time.perf_counter()
        rounds.work()
        seconds.append(time.perf_counter() - start)
        rounds.stop()
    return seconds[0], seconds[1]


def _taken_over(otobo: Otobo) -> float:
    """History rows a second, of tickets by mail and their follow-ups, customer users included."""
    from otalink.otobo.models import Arrival
    from otalink.otobo.watcher.rounds import Rounds

    rounds = Rounds()
    rounds.work()
    before = otobo.database.value("SELECT MAX(id) FROM ticket_history")
    for number in range(TICKETS):
        _file_mail(otobo, number)
    rows = otobo.database.value("SELECT MAX(id) FROM ticket_history") - before
    start = time.perf_counter()
    while rounds.work() or Arrival.objects.exists():
        pass
    seconds = time.perf_counter() - start
    rounds.stop()
    return float(rows / seconds)


def _soon(otobo: Otobo) -> tuple[float, float]:
    """Seconds from a mail's last statement to its customer user and to its checkbox, the slowest of some."""
    from otalink.customers.models import CustomerUserRecord
    from otalink.otobo.replies import service as filer
    from otalink.otobo.watcher import service

    watcher, replies = service.start(), filer.start()
    time.sleep(2)
    users, boxes = [], []
    for number in range(TICKETS, TICKETS + MAILS):
        ticket = _file_mail(otobo, number)
        start, login = time.perf_counter(), f"person@company{number}.example"
        while not CustomerUserRecord.objects.filter(login=login).exists():
            time.sleep(0.01)
        users.append(time.perf_counter() - start)
        set_ = "SELECT COUNT(*) FROM dynamic_field_value WHERE object_id = %s AND value_int = 1"
        while not otobo.database.value(set_, ticket):
            time.sleep(0.01)
        boxes.append(time.perf_counter() - start)
    watcher.stop()
    replies.stop()
    return max(users), max(boxes)


def _idle() -> float:
    """Percent of a core that a watcher needs while nothing happens."""
    from otalink.otobo.watcher import service

    shares = []
    watcher = service.start()
    time.sleep(3)
    for _ in range(2):
        start, used = time.perf_counter(), time.process_time()
        time.sleep(IDLE_SECONDS / 2)
        shares.append(100 * (time.process_time() - used) / (time.perf_counter() - start))
    watcher.stop()
    return median(shares)


def _set_up() -> None:
    from otalink.sysconfig import named, store
    from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, TRUSTED_SERVERS

    store.set_value(TRUSTED_SERVERS.name, "mx.desk.example")
    for limit in ("PerHour", "PerDomainAndHour", "ProvenPerHour", "ProvenPerDomainAndHour", "PerMailboxAndHour"):
        store.set_value(f"PostMaster::NewCustomerUsers::{limit}", 0)
    # Names are not what is measured.
    named._registered.pop(named.Kind.CHECKBOX, None)
    store.set_value(CREATE_CUSTOMER_USER.name, {**store.get(CREATE_CUSTOMER_USER), "SetCheckBoxName": CHECKBOX})


def main() -> None:
    """Measure."""
    from tests.otobo.fake import rights
    from tests.otobo.fake.rest import serve
    from tests.otobo.fake.servers import Servers, fake

    servers = Servers()
    with fake(servers, KIND) as otobo, serve(otobo) as rest:
        os.environ |= {
            "OTALINK_DESK": "otobo", "OTALINK_OTOBO_DATABASE_URL": rights.grant_reading(otobo.database),
            "OTALINK_OTOBO_REST_URL": rest.url, "OTALINK_OTOBO_REST_USER": rest.agent.login,
            "OTALINK_OTOBO_REST_PASSWORD": rest.agent.password,
        }  # fmt: skip
        start_django()
        logging.disable(logging.CRITICAL)
        _set_up()
        first, again = _first_start(otobo)
        rate = _taken_over(otobo)
        user, box = _soon(otobo)
        idle = _idle()
    servers.stop()
    print_figures(
        [
            at_most(f"First start on {PAST:,} history rows", first, "s", 10),
            Figure("... a second start", again, "s"),
            at_least("History rows taken over, customer users made", rate, "rows/s", 100),
            at_most("From a mail to its customer user, the slowest of 12", user, "s", 2),
            at_most("... to its checkbox in OTOBO", box, "s", 2),
            at_most("The watcher while nothing happens, of a core", idle, "%", 5),
        ]
    )


if __name__ == "__main__":
    main()
