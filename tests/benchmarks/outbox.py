"""The outbox: one worker process turns new tickets into mail at a mail server, a process of its own on this machine.

Beside it, by turns, what no worker can exceed: the same mail server taking ready-made messages of that size over one
session, and the disk keeping one transaction after the other, of which a mail takes two.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import smtplib
import sqlite3
import time
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.benchmarks.figure import Figure, at_least, print_figures
from tests.benchmarks.setup import start_django

MAILS, ROUNDS = 500, 4


class _Sink:
    """Takes every mail, keeps only its size, and never says no."""

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return "250 OK"


def _serve(tell: Connection) -> None:
    from aiosmtpd.controller import Controller

    from tests.support.servers import free_port

    port = free_port()
    Controller(_Sink(), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True).start()
    tell.send(port)
    tell.recv()


def bare_sending(port: int, message: bytes) -> float:
    """Mails a second that the server takes of a client that has nothing else to do."""
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        start = time.perf_counter()
        for _ in range(MAILS):
            smtp.sendmail("support@localhost", ["person@customer.example"], message)
        return MAILS / (time.perf_counter() - start)


def commits(folder: Path) -> float:
    """Transactions a second, each safe on the disk, as the product's own."""
    with closing(sqlite3.connect(folder / "commits.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS note (text TEXT)")
        start = time.perf_counter()
        for _ in range(MAILS):
            connection.execute("INSERT INTO note VALUES (?)", ("x" * 500,))
        return MAILS / (time.perf_counter() - start)


def fill(first: int) -> None:
    """New tickets of customer users who can be written to."""
    from tests.support import make

    for number in range(first, first + MAILS):
        login = f"person{number}@customer{number}.example"
        make.customer(login, "Jörg", f"Person {number}")
        make.ticket(
            login, make.draft("The printer prints upside down. " * 100, message_id=f"{number}@customer.example")
        )


def work_off() -> float:
    """Mails a second of the worker, from the desk's history to the mail server."""
    from otalink.maintenance.worker import Worker
    from otalink.notifications.models import MailState, OutboxMail

    worker = Worker()
    before = OutboxMail.objects.filter(state=MailState.SENT).count()
    gc.collect()
    start = time.perf_counter()
    worker.start()
    while OutboxMail.objects.filter(state=MailState.SENT).count() < before + MAILS:
        time.sleep(0.02)
    seconds = time.perf_counter() - start
    worker.stop()
    return MAILS / seconds


def main() -> None:
    """Measure."""
    ours, told = multiprocessing.get_context("spawn").Pipe()
    sink = multiprocessing.get_context("spawn").Process(target=_serve, args=(told,), daemon=True)
    sink.start()
    port = ours.recv()
    os.environ["OTALINK_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    start_django()
    logging.disable(logging.CRITICAL)
    message = b"Subject: ready-made\r\n\r\n" + b"x" * 70 + b"\r\n" * 60
    rates: list[tuple[float, float, float]] = []
    for number in range(ROUNDS):
        fill(number * MAILS)
        rates.append((work_off(), bare_sending(port, message), commits(Path(os.environ["OTALINK_DATA"]))))
    ours_, bare, disk = (sum(rate) / len(rate) for rate in zip(*rates, strict=True))
    ours.send("end")
    print_figures(
        [
            at_least("Outbox of one worker: from new tickets to mail with a link each, SQLite", ours_, "mails/s", 200),
            Figure("... ready-made mails to the same server over one session", bare, "mails/s"),
            Figure("... of that rate", 100 * ours_ / bare, "%"),
            Figure("... transactions that this disk keeps", disk, "1/s"),
        ]
    )


if __name__ == "__main__":
    main()
