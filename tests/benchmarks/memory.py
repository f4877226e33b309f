"""What `otalink run` needs when nothing happens: the resident memory of its processes, shared pages counted in each."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.figure import Figure, at_most, print_figures
from tests.support.servers import end, free_port, wait_for_port

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
    web, lmtp = free_port(), free_port()
    command = [sys.executable, "-m", "otalink", "run", "--bind", f"127.0.0.1:{web}", "--lmtp", f"127.0.0.1:{lmtp}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(web, server)
        wait_for_port(lmtp, server)
        time.sleep(IDLE_SECONDS)
        found = processes(server.pid)
        print_figures(
            [
                at_most(
                    "`otalink run` idle, resident memory of all processes",
                    sum(memory(p, "Rss") for p in found),
                    "MB",
                    160,
                ),
                Figure("... with shared pages counted once", sum(memory(p, "Pss") for p in found), "MB"),
                Figure("... processes", len(found), ""),
            ]
        )
    finally:
        end(server)


if __name__ == "__main__":
    main()
