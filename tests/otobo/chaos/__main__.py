"""Chaos beside OTOBO: web pages, workers, watcher, relay and OTOBO's web service are killed during 1,000 tickets.

`python -m tests.otobo.chaos [TICKETS [KIND ...]]`, on MariaDB and PostgreSQL. In the end every customer was let in by a
link of their own, and every reply is in OTOBO once, with its file; else it says what is wrong, and exits with 1.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.otobo.chaos.site import site
from tests.otobo.chaos.storm import Storm, run
from tests.otobo.fake.servers import KINDS, Servers

TICKETS = 1_000
BETWEEN = (5.0, 25.0)
# What was under way in a web worker of OTOBO's that died is looked for after two minutes at most; leases come to that.
PATIENCE = 900.0


def _told(kind: str, storm: Storm) -> str:
    kills = ", ".join(f"{part} {times}" for part, times in storm.kills.items())
    statuses = ", ".join(f"{status}: {times}" for status, times in sorted(storm.statuses.items()))
    lines = [
        f"== {kind}: {storm.tickets} tickets in {storm.seconds:.0f} s; killed: {kills}",
        f"   OTOBO's web workers: {dict(storm.accidents)}; pages answered {statuses}",
        f"   customers asked {storm.asked} times for another link; {storm.mailed_twice} further links were mailed",
        *(f"   {fault}" for fault in storm.faults[:20]),
    ]
    return "\n".join(lines if storm.faults else [*lines, "   each customer came in, each reply is in OTOBO once"])


def main(words: list[str]) -> int:
    """Run on each."""
    tickets, well = int(words[0]) if words else TICKETS, True
    servers = Servers()
    for kind in words[1:] or KINDS:
        with tempfile.TemporaryDirectory(prefix="otalink-chaos-") as folder, site(servers, kind, Path(folder)) as made:
            storm = run(made, tickets, between=BETWEEN, patience=PATIENCE)
            print(_told(kind, storm), flush=True)
            well = well and not storm.faults
    servers.stop()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
