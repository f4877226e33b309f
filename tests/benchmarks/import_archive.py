"""The import of an mbox of 100,000 mails of as many new senders: its rate, and whether its memory stays constant."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

from tests.benchmarks.figure import Figure, at_most, print_figures
from tests.benchmarks.hard_mail import resident
from tests.benchmarks.intake import mail
from tests.benchmarks.setup import start_django

MAILS, FEW = 100_000, 10_000


def write_mbox(path: Path, mails: int) -> None:
    """An archive as mail programs keep them."""
    with path.open("wb") as file:
        for number in range(mails):
            file.write(b"From person@customer.example Mon Nov 23 10:00:00 2026\n")
            file.write(mail(number).replace(b"\r\n", b"\n") + b"\n")


def main() -> None:
    """Measure."""
    start_django()
    logging.disable(logging.CRITICAL)
    from otalink.postmaster.sources.archives import Progress, import_archive

    path, memory = Path(os.environ["OTALINK_DATA"]) / "archive", {}
    write_mbox(path, MAILS)

    def look(progress: Progress) -> None:
        if progress.mails % FEW == 0:
            memory[progress.mails] = resident("VmRSS") / 1_000_000
            print(f"{progress.mails} mails, {memory[progress.mails]:.1f} MB", file=sys.stderr, flush=True)

    start = time.perf_counter()
    progress = import_archive(path, trusted=False, report=look)
    seconds = time.perf_counter() - start
    assert progress.outcomes == {"new ticket": MAILS}
    few, many = memory[FEW], memory[MAILS]
    print_figures(
        [
            Figure(f"Import of {MAILS:,} mails of 5 KB, new senders, SQLite", MAILS / seconds, "mails/s"),
            Figure(f"... resident memory after {FEW:,} mails", few, "MB"),
            Figure(f"... resident memory after {MAILS:,} mails", many, "MB"),
            at_most("... of that after the first", many / few, "x", 1.1),
        ]
    )


if __name__ == "__main__":
    main()
