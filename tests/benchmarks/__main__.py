"""Runs the benchmarks, each in a process and a data folder of its own, and writes docs/benchmarks.md.

`python -m tests.benchmarks [NAME ...]`: with names, only those run. They are printed and not written, except for the
long ones, which run by name only: their part of the page is written, and stays when the others are run.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.figure import Figure

NAMES = [
    "intake",
    "pipe",
    "many_customers",
    "hard_mail",
    "outbox",
    "relay",
    "watcher",
    "redeem",
    "ticket_page",
    "otobo_page",
    "links",
    "flood",
    "purge",
    "memory",
]
LONG = ["import_archive"]
PAGE = Path(__file__).parent.parent.parent / "docs" / "benchmarks.md"
_HEAD = """# Benchmarks

Every figure comes from `make bench` on one machine in one run; a ratio is measured in that run, both sides by turns.
One benchmark alone: `scripts/uv run --group dev python -m tests.benchmarks NAME`. The goals stand beside the figures.
Those that take ten minutes and more run by name only, which writes their part of this page: import_archive.

Measured on {machine}, Python {python}, SQLite {sqlite}.
"""
_REFERENCE = """
## The reference

The published add-on on an unmodified OTOBO 10.1 with MariaDB, on a machine of the same size: intake with link
notification 5.8 mails/s, redemption 57/s, making a link 494/s (32/s with 100,000 stored tokens), purge of 20,000 closed
tickets with 3 tokens each 213 s, 94 MB per web worker; 8 of 20 simultaneous redemptions signed both clicks in.
"""


def run(name: str) -> list[Figure]:
    """Run one benchmark."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="otalink-bench-") as folder:
        environ = {key: value for key, value in os.environ.items() if not key.startswith("OTALINK_")}
        command = [sys.executable, "-m", f"tests.benchmarks.{name}"]
        ours = {"OTALINK_DATA": folder, "OTALINK_RESOLVER": "none"}
        result = subprocess.run(command, env={**environ, **ours}, stdout=subprocess.PIPE, check=True)
    return [Figure(**figure) for figure in json.loads(result.stdout)]


def table(name: str, figures: list[Figure]) -> str:
    """A benchmark's figures in Markdown."""
    rows = [f"| {f.name} | {f.value:,.1f} {f.unit} | {f.goal} | {_rating(f)} |" for f in figures]
    head = ["", f"## {name}", "", f"`scripts/uv run --group dev python -m tests.benchmarks {name}`", ""]
    return "\n".join([*head, "| what | figure | goal | |", "|---|---|---|---|", *rows, ""])


def _rating(figure: Figure) -> str:
    return {True: "reached", False: "**missed**", None: ""}[figure.met]


def machine() -> str:
    """What it ran on."""
    cpu = Path("/proc/cpuinfo").read_text()
    model = next((line.partition(":")[2].strip() for line in cpu.splitlines() if line.startswith("model name")), "")
    return f"{os.cpu_count()} cores ({model or platform.machine()})"


def write(tables: dict[str, str]) -> None:
    """Put these tables into the page, which is new where all but the long benchmarks were run."""
    head, *parts = re.split(r"\n(?=## )", PAGE.read_text())
    known = {part.removeprefix("## ").partition("\n")[0]: f"\n{part}" for part in parts}
    if tables.keys() >= set(NAMES):
        head = _HEAD.format(machine=machine(), python=platform.python_version(), sqlite=sqlite3.sqlite_version)
    shown = [({**known, **tables}).get(name, "") for name in (*NAMES, *LONG)]
    PAGE.write_text(head + "".join(shown) + _REFERENCE)


def main() -> int:
    """Run, print, and write what belongs on the page."""
    names = sys.argv[1:] or NAMES
    measured = {name: run(name) for name in names}
    tables = {name: table(name, figures) for name, figures in measured.items()}
    print("".join(tables.values()))
    if names == NAMES or set(names) <= set(LONG):
        write(tables)
    return 0 if all(figure.met is not False for figures in measured.values() for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
