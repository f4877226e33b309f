"""The relay: mails that OTOBO hands over over SMTP, each passed on to two recipients with a link of their own.

OTOBO's database is the fake one of the tests, on a real MariaDB, or PostgreSQL where that driver is missing; the mail
server is a process of its own on this machine, as is whoever hands the mails over.
First the mails are taken, then a worker delivers them; then both at once.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import smtplib
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from ipaddress import ip_network
from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure, at_least, print_figures
from tests.benchmarks.outbox import _serve
from tests.benchmarks.setup import start_django

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otalink.postmaster.sources.listener import Listener
    from tests.otobo.fake.core import Otobo

MAILS = 250
KIND = "MariaDB" if find_spec("MySQLdb") else "PostgreSQL"
REST = "http://127.0.0.1:9/otobo/nph-genericinterface.pl/Webservice/otalink"


def filled(otobo: Otobo, first: int) -> list[tuple[list[str], bytes]]:
    """Answers of agents to new tickets, each to a customer user and a participant, with recipients and content."""
    from otalink.customers import directory
    from otalink.customers.types import CustomerUser
    from otalink.desk.current import get_desk
    from tests.otobo.fake import agents, mails
    from tests.otobo.fake.articles import mail
    from tests.otobo.relay.mails import alternative

    made = []
    for number in range(first, first + MAILS):
        people = [f"{role}{number}@customer{number}.example" for role in ("person", "colleague")]
        for login in people:
            directory.add(CustomerUser(login, login, login, "Jörg", f"Person {number}"), "CustomerUser")
        ticket = mails.new_ticket(otobo, mail(sender=people[0]))
        get_desk().add_participant(ticket.number, people[1], notify=False)
        answer = agents.answer(otobo, ticket, "We come.", to=people[0], cc=people[1])
        row = otobo.database.row("SELECT a_message_id FROM article_data_mime WHERE article_id = %s", answer.article)
        made.append((people, alternative(message_id=str(row[0]).strip("<>"))))
    return made


def hand_over(port: int, mails: list[tuple[list[str], bytes]]) -> None:
    """As OTOBO does it: one mail after the other, in a session each."""
    for recipients, raw in mails:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.sendmail("otobo@localhost", recipients, raw)


def sent() -> int:
    """How many copies left, all of them with a link."""
    from otalink.notifications.models import PASSED_ON, MailState, OutboxMail
    from otalink.tokens.models import Token, TokenState

    left = OutboxMail.objects.filter(event=PASSED_ON, state=MailState.SENT).count()
    return min(left, Token.objects.filter(state=TokenState.ACTIVE).count())


def until_sent(copies: int, start: float) -> float:
    """Seconds since `start` until so many left."""
    while sent() < copies:
        time.sleep(0.02)
    return time.perf_counter() - start


def measure(otobo: Otobo, relay: Listener) -> tuple[float, float, float]:
    """Copies a second: taken, delivered, and both at once."""
    from otalink.maintenance.worker import Worker

    first, second = filled(otobo, 0), filled(otobo, MAILS)
    copies = sum(len(recipients) for recipients, _ in first)
    worker, done = Worker(), sent()
    gc.collect()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(len, []).result()
        start = time.perf_counter()
        pool.submit(hand_over, relay.port, first).result()
        taken = time.perf_counter() - start
        start = time.perf_counter()
        worker.start()
        delivered = until_sent(done + copies, start)
        start = time.perf_counter()
        handing = pool.submit(hand_over, relay.port, second)
        both = until_sent(done + 2 * copies, start)
        handing.result()
    worker.stop()
    return copies / taken, copies / delivered, copies / both


@contextmanager
def mail_host() -> Iterator[str]:
    """The URL of a mail server that takes everything."""
    ours, told = multiprocessing.get_context("spawn").Pipe()
    multiprocessing.get_context("spawn").Process(target=_serve, args=(told,), daemon=True).start()
    yield f"smtp://127.0.0.1:{ours.recv()}"
    ours.send("end")


def main() -> None:
    """Measure."""
    from tests.otobo.fake import rights
    from tests.otobo.fake.servers import Servers, fake

    servers = Servers()
    with fake(servers, KIND) as otobo, mail_host() as url:
        os.environ |= {
            "OTALINK_MAIL_URL": url, "OTALINK_DESK": "otobo", "OTALINK_OTOBO_REST_URL": REST,
            "OTALINK_OTOBO_DATABASE_URL": rights.grant_reading(otobo.database), "OTALINK_OTOBO_REST_USER": "otalink",
            "OTALINK_OTOBO_REST_PASSWORD": "secret", "OTALINK_OTOBO_RELAY": "127.0.0.1:2525",
        }  # fmt: skip
        start_django()
        logging.disable(logging.CRITICAL)
        from otalink.otobo.relay.listener import serve

        relay = serve("127.0.0.1", 0, (ip_network("127.0.0.0/8"),))
        taken, delivered, both = measure(otobo, relay)
        relay.stop()
    servers.stop()
    print_figures(
        [
            at_least("Relay: from OTOBO's hand-over to delivery with a link each", both, "recipients/s", 50),
            Figure("... taken safely, while nothing is delivered", taken, "recipients/s"),
            Figure("... delivered by one worker, while nothing comes in", delivered, "recipients/s"),
        ]
    )


if __name__ == "__main__":
    main()
