"""`otalink postmaster read` as a pipe, one after another, beside a product that runs; and Python merely starting."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from otalink.common import local_socket
from tests.benchmarks.figure import Figure, at_least, print_figures
from tests.benchmarks.intake import mail
from tests.benchmarks.product import running

ROUNDS, MAILS = 5, 40
_READ = [str(Path(sys.executable).with_name("otalink")), "postmaster", "read"]
_NOTHING = [sys.executable, "-c", "pass"]


def _rate(command: list[str], mails: list[bytes]) -> float:
    start = time.perf_counter()
    for raw in mails:
        subprocess.run(command, input=raw, stdout=subprocess.DEVNULL, check=True)
    return len(mails) / (time.perf_counter() - start)


def _measure() -> tuple[list[float], list[float]]:
    # The first round warms up.
    rounds = [[mail(turn * MAILS + number) for number in range(MAILS)] for turn in range(ROUNDS + 1)]
    rates = [(_rate(_READ, mails), _rate(_NOTHING, mails)) for mails in rounds][1:]
    return [read for read, _ in rates], [nothing for _, nothing in rates]


def main() -> None:
    """Measure, by turns, so that both see the same machine."""
    with running():
        assert (Path(os.environ["OTALINK_DATA"]) / local_socket.NAME).exists()
        read, nothing = _measure()
    print_figures(
        [
            at_least("`otalink postmaster read`, 5 KB mails, one after another", median(read), "mails/s", 30),
            Figure("... `python -c pass` one after another", median(nothing), "starts/s"),
            Figure("... of that rate", 100 * median(read) / median(nothing), "%"),
        ]
    )


if __name__ == "__main__":
    main()
