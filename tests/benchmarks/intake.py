"""Intake in one process: new sender, ticket created, notification queued; against stdlib parsing the same mails."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.utils import formatdate
from functools import partial

from tests.benchmarks.figure import Figure, at_least, print_figures
from tests.benchmarks.setup import start_django

MAILS, BATCH = 2_000, 100
_NOW = formatdate()
_LINE = "The printer in room 12 prints every second page upside down, and only on Mondays.\r\n"
_HEADERS = """Return-Path: <person{n}@customer{n}.example>\r
Received: from mx.desk.example ([192.0.2.1]) by desk.example with LMTP; {now}\r
Received: from out.customer{n}.example ([192.0.2.2]) by mx.desk.example; {now}\r
From: =?utf-8?q?J=C3=B6rg_Person{n}?= <person{n}@customer{n}.example>\r
To: Support <support@localhost>\r
Subject: =?utf-8?q?Der_Drucker_druckt_verkehrt_{n}?=\r
Date: {now}\r
Message-ID: <{n}.bench@customer{n}.example>\r
User-Agent: Mail 1.0\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
"""


def mail(number: int) -> bytes:
    """A 5 KB mail of a sender nobody knows."""
    head = _HEADERS.format(n=number, now=_NOW).encode()
    return head + (_LINE * 60).encode()[: 5_120 - len(head)]


def stdlib_parse(raw: bytes) -> int:
    """What any intake must do at least: read every header and the body."""
    message = message_from_bytes(raw, policy=policy.default)
    return sum(len(str(value)) for value in message.values()) + len(message.get_content())


def parse_all(mails: list[bytes]) -> None:
    """Parse them one by one."""
    for raw in mails:
        stdlib_parse(raw)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure, a batch each by turns, so that both see the same machine."""
    start_django()
    logging.disable(logging.CRITICAL)
    from otalink.notifications.feed import feed
    from otalink.notifications.models import OutboxMail
    from otalink.postmaster.intake import Delivery, Outcome, run
    from otalink.sysconfig import declarations, store
    from tests.benchmarks import intake_checked

    # Counted, but not reached.
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_HOUR.name, 1_000_000)
    delivery = Delivery("person@customer.example", ("support@localhost",))

    def take_in(mails: list[bytes]) -> None:
        for raw in mails:
            assert run(raw, delivery).outcome is Outcome.NEW_TICKET
        feed()  # the worker queues notifications in batches, as here

    stdlib = ours = 0.0
    for first in range(0, MAILS, BATCH):
        mails = [mail(number) for number in range(first, first + BATCH)]
        stdlib += seconds(partial(parse_all, mails))
        ours += seconds(partial(take_in, mails))
    assert OutboxMail.objects.count() == MAILS
    print_figures(
        [
            at_least("Intake with notification queued, 5 KB mails, new senders, SQLite", MAILS / ours, "mails/s", 100),
            Figure("... stdlib parsing the same mails", MAILS / stdlib, "mails/s"),
            at_least("... of stdlib's rate", 100 * stdlib / ours, "%", 25),
            *intake_checked.figures(),
        ]
    )


if __name__ == "__main__":
    main()
