"""Intake in one process: new sender, ticket created, notification queued; against stdlib parsing the same mails."""

from __future__ import annotations

import gc
import logging
import time
from email import message_from_bytes, policy

from tests.benchmarks.figure import at_least, print_figures
from tests.benchmarks.setup import start_django

MAILS = 1_500
_LINE = "The printer in room 12 prints every second page upside down, and only on Mondays.\r\n"
_HEADERS = """Return-Path: <person{n}@customer{n}.example>\r
Received: from mx.desk.example ([192.0.2.1]) by desk.example with LMTP; Mon, 23 Nov 2026 10:00:00 +0000\r
Received: from out.customer{n}.example ([192.0.2.2]) by mx.desk.example; Mon, 23 Nov 2026 09:59:58 +0000\r
From: =?utf-8?q?J=C3=B6rg_Person{n}?= <person{n}@customer{n}.example>\r
To: Support <support@localhost>\r
Subject: =?utf-8?q?Der_Drucker_druckt_verkehrt_{n}?=\r
Date: Mon, 23 Nov 2026 10:00:00 +0100\r
Message-ID: <{n}.bench@customer{n}.example>\r
User-Agent: Mail 1.0\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
"""


def mail(number: int) -> bytes:
    """A 5 KB mail of a sender nobody knows."""
    head = _HEADERS.format(n=number).encode()
    return head + (_LINE * 60).encode()[: 5_120 - len(head)]


def stdlib_parse(raw: bytes) -> int:
    """What any intake must do at least: read every header and the body."""
    message = message_from_bytes(raw, policy=policy.default)
    return sum(len(str(value)) for value in message.values()) + len(message.get_content())


def rate(function: object, mails: list[bytes]) -> float:
    """Mails a second."""
    gc.collect()
    start = time.perf_counter()
    for raw in mails:
        function(raw)  # type: ignore[operator]
    return len(mails) / (time.perf_counter() - start)


def main() -> None:
    """Measure."""
    start_django()
    logging.disable(logging.CRITICAL)
    from otalink.notifications.feed import feed
    from otalink.notifications.models import OutboxMail
    from otalink.postmaster.intake import Envelope, run
    from otalink.sysconfig import declarations, store

    # Counted, but not reached.
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_HOUR.name, 1_000_000)
    mails = [mail(number) for number in range(MAILS)]
    stdlib = rate(stdlib_parse, mails)
    feed()
    envelope = Envelope("person@customer.example", ("support@localhost",))
    start = time.perf_counter()
    for number, raw in enumerate(mails):
        run(raw, envelope)
        if number % 100 == 99:  # the worker queues notifications in batches, as here
            feed()
    while OutboxMail.objects.count() < MAILS:
        feed()
    ours = MAILS / (time.perf_counter() - start)
    print_figures(
        [
            at_least("Intake with notification queued, 5 KB mails, new senders, SQLite", ours, "mails/s", 100),
            at_least("... of the rate at which stdlib parses the same mails", 100 * ours / stdlib, "%", 25),
        ]
    )


if __name__ == "__main__":
    main()
