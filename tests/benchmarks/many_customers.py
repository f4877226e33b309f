"""Intake in two processes on PostgreSQL, with few, 50,000 and 1,000,000 customer users there, measured by turns."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.figure import Figure, at_least, print_figures
from tests.support.servers import postgresql

SIZES = (1_000, 50_000, 1_000_000)
PROCESSES = 2
ROUNDS = 5
# Per process and round.
MAILS = 300
_FEED_EVERY = 100

# One in ten came lately and is provisional still.
_FILL = """
INSERT INTO customers_customeruserrecord (backend, login, email, customer_id, first_name, last_name, valid, language,
    time_zone, password, created, changed)
SELECT 'CustomerUser', l, l, l, 'Person', n::text, true, '', '', '', now(), now()
FROM (SELECT n, 'known' || n || '@company' || n % 30000 || '.example' AS l FROM generate_series(1, {size}) n) AS people;
INSERT INTO customers_provisionalcustomeruser (login, mailbox, domain, created, proven)
SELECT login, login, split_part(login, '@', 2), now() - interval '2 hours' - random() * interval '29 days', false
FROM customers_customeruserrecord WHERE id % 10 = 0;
ANALYZE
"""


@dataclass(frozen=True)
class Desk:
    """A database with `size` customer users, and the processes that take mail in there."""

    size: int
    workers: list[subprocess.Popen[str]]
    rates: list[float]

    def measure(self, turn: int) -> None:
        """One round: all processes at once."""
        for number, worker in enumerate(self.workers):
            _say(worker, (turn * PROCESSES + number) * MAILS)
        seconds = [float(_hear(worker)) for worker in self.workers]
        self.rates.append(MAILS * PROCESSES / max(seconds))


def work() -> None:
    """Take mail in whenever the parent says from which number on; answers how many seconds it took."""
    from tests.benchmarks.intake import mail
    from tests.benchmarks.setup import start_django

    start_django()
    from otalink.notifications.feed import feed
    from otalink.postmaster.intake import Delivery, run

    print("ready", flush=True)
    for line in sys.stdin:
        mails = [mail(number) for number in range(int(line), int(line) + MAILS)]
        start = time.perf_counter()
        for number, raw in enumerate(mails, 1):
            run(raw, Delivery("person@customer.example", ("support@localhost",)))
            if number % _FEED_EVERY == 0:
                feed()
        print(time.perf_counter() - start, flush=True)


def _desk(stack: ExitStack, server: str, size: int) -> Desk:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE people{size}")
    url = server.removesuffix("postgres") + f"people{size}"
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="otalink-bench-"))
    environ = {**os.environ, "OTALINK_DATABASE_URL": url, "OTALINK_DATA": folder}
    _prepare(environ, url, size)
    workers = [_start(stack, environ) for _ in range(PROCESSES)]
    return Desk(size, workers, [])


def _prepare(environ: dict[str, str], url: str, size: int) -> None:
    import psycopg

    # Counted, but not reached; the command makes the tables first.
    setting = "PostMaster::NewCustomerUsers::PerHour"
    command = [sys.executable, "-m", "otalink", "sysconfig", "set", setting, "1000000"]
    subprocess.run(command, env=environ, check=True, stdout=sys.stderr)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _FILL.format(size=size).split(";"):
            connection.execute(statement.encode())


def _start(stack: ExitStack, environ: dict[str, str]) -> subprocess.Popen[str]:
    # Its log is no part of the measurement.
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.many_customers", "work"],
        env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    stack.callback(_end, worker)
    assert _hear(worker) == "ready"
    return worker


def _end(worker: subprocess.Popen[str]) -> None:
    worker.kill()
    worker.communicate()


def _say(worker: subprocess.Popen[str], number: int) -> None:
    assert worker.stdin is not None
    worker.stdin.write(f"{number}\n")
    worker.stdin.flush()


def _hear(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    line = worker.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"a process of the benchmark ended with {worker.wait()}")
    return line


def figures(desks: list[Desk]) -> list[Figure]:
    """The rate with few, and what is left of it with many; ratios round by round, so that a busy moment hits both."""
    few, *many = desks
    found = [at_least("Intake, 5 KB mails, new senders, 2 processes, PostgreSQL", median(few.rates), "mails/s", 150)]
    for desk in many:
        ratio = median(rate / base for rate, base in zip(desk.rates, few.rates, strict=True))
        found.append(Figure(f"... with {desk.size:,} customer users", median(desk.rates), "mails/s"))
        found.append(at_least(f"... of the rate with {few.size:,}", 100 * ratio, "%", 85))
    return found


def main() -> None:
    """Measure."""
    with ExitStack() as stack:
        server = stack.enter_context(postgresql())
        desks = [_desk(stack, server, size) for size in SIZES]
        for turn in range(ROUNDS + 1):
            for desk in desks:
                desk.measure(turn)
        for desk in desks:
            desk.rates.pop(0)  # the first round warms up
        print_figures(figures(desks))


if __name__ == "__main__":
    work() if sys.argv[1:] == ["work"] else main()
