"""10,000 forged mails in minutes instead of an hour: how long a proven newcomer waits, what forged addresses get."""

from __future__ import annotations

import logging
from pathlib import Path

from tests.benchmarks.figure import Figure, at_most, print_figures
from tests.benchmarks.setup import start_django

FORGED, NEWCOMERS, KNOWN = 10_000, 50, 1_000


def main() -> None:
    """Measure."""
    start_django()
    logging.disable(logging.CRITICAL)
    from django.conf import settings

    from tests.support.flood import flood

    Path(settings.OTALINK_DATA, "outgoing").mkdir(exist_ok=True)
    seen = flood(FORGED, NEWCOMERS, KNOWN)
    print_figures(
        [
            at_most(f"Proven newcomer, from mail to answer, slowest of {NEWCOMERS}", max(seen.waits), "s", 60),
            at_most("Mails to one forged mailbox, most", max(seen.mails_to.values()), "mails", 1),
            at_most("Mails with a word that a forger chose", seen.forged_words, "mails", 0),
            Figure("... forged mails taken in, the worker at work beside", FORGED / seen.seconds, "mails/s"),
            Figure("... mails sent to addresses that were forged", seen.mails_to.total() - NEWCOMERS, "mails"),
        ]
    )


if __name__ == "__main__":
    main()
