"""What `otalink run` needs when nothing happens: the resident memory of its processes, shared pages counted in each."""

from __future__ import annotations

import time
from pathlib import Path

from tests.benchmarks.figure import Figure, at_most, print_figures
from tests.benchmarks.product import running

IDLE_SECONDS = 20


def processes(root: int) -> list[int]:
    """A process and everything below it."""
    children = [
        int(child) for path in Path(f"/proc/{root}/task").glob("*/children") for child in path.read_text().split()
    ]
    return [root, *(process for child in children for process in processes(child))]


def memory(process: int, field: str) -> float:
    """A field of /proc/PID/smaps_rollup, in MB of 1,000,000 bytes."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1_024 for line in lines if line.startswith(f"{field}:")) / 1_000_000


def main() -> None:
    """Measure."""
    with running() as server:
        time.sleep(IDLE_SECONDS)
        found = processes(server.pid)
        idle = sum(memory(process, "Rss") for process in found)
        shared_once = sum(memory(process, "Pss") for process in found)
    print_figures(
        [
            at_most("`otalink run` idle, resident memory of all processes", idle, "MB", 160),
            Figure("... with shared pages counted once", shared_once, "MB"),
            Figure("... processes", len(found), ""),
        ]
    )


if __name__ == "__main__":
    main()
