"""Looks for what breaks us: `python -m tests.postmaster.fuzz structure|senders|bytes [MINUTES]`, for ten minutes.

`structure` files mails of any structure in a database of its own; `senders` checks whether mails are from their
authors, with signatures and zones made to break that, and prints what does; `bytes` parses what libFuzzer makes of real
mails (group `fuzz` of the dependencies). What `structure` and `bytes` find ends up in `seeds/`, which the tests read
from then on; cut it down to what matters before it is committed, since the mails it was made of are not ours.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

SEEDS = Path(__file__).parent / "seeds"
MAILS = Path(os.environ.get("OTALINK_TEST_MAILS", Path(__file__).parents[4] / "shared" / "mails"))
MINUTES = 10.0


def keep(raw: bytes) -> None:
    """Put a mail that broke us among the seeds."""
    (SEEDS / f"{hashlib.sha256(raw).hexdigest()[:16]}.eml").write_bytes(raw)


def start_django() -> None:
    """Set Django up; what it imports must be instrumented, so that this comes late."""
    import django

    django.setup()
    logging.disable(logging.CRITICAL)


def structure(minutes: float) -> None:
    """Mails of any structure, through the whole intake."""
    start_django()
    from hypothesis import HealthCheck, Phase, given, settings

    from tests.postmaster.fuzz.filing import file_and_check
    from tests.postmaster.fuzz.structure import Structure, mails

    end, done, broken = time.monotonic() + minutes * 60, 0, []

    # Made anew each time, and without a look for explanations, which takes longer than the search.
    phases = [Phase.generate, Phase.shrink]

    @settings(max_examples=300, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck))
    @given(mails())
    def some(mail: Structure) -> None:
        nonlocal done
        done += 1
        try:
            file_and_check(mail)
        except BaseException:
            broken.append(mail.raw)
            raise

    try:
        while time.monotonic() < end:
            some()
    finally:
        if broken:  # the smallest of the many that were tried in search of it
            keep(min(broken, key=len))
    sys.stdout.write(f"{done} mails, none lost\n")


def senders(minutes: float) -> None:
    """Mails that claim an author, and what the DNS says about them."""
    start_django()
    from django.core.management import call_command
    from hypothesis import HealthCheck, given, settings

    from tests.postmaster.fuzz.sender_checks import check_attack, check_forgery
    from tests.postmaster.fuzz.senders import Attack, attacks, forgeries

    call_command("migrate", verbosity=0)
    end, done = time.monotonic() + minutes * 60, 0

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(attacks(), forgeries())
    def some(attack: Attack, forgery: Attack) -> None:
        nonlocal done
        done += 2
        check_attack(attack)
        check_forgery(forgery)

    while time.monotonic() < end:
        some()
    sys.stdout.write(f"{done} mails, none held us up, none forged was proven\n")


def raw_bytes(minutes: float) -> None:
    """Bytes that libFuzzer makes of real mails."""
    import atheris

    # The standard library too: its parser takes most of the decisions.
    with atheris.instrument_imports(include=["otalink.postmaster", "otalink.desk", "email"]):
        start_django()
        from tests.postmaster.fuzz.checks import check

    def one(raw: bytes) -> None:
        try:
            check(raw)
        except BaseException:
            keep(raw)
            raise

    with tempfile.TemporaryDirectory() as corpus:
        known = (path for folder in (MAILS, SEEDS) for path in folder.rglob("*") if path.is_file())
        for number, path in enumerate(known):
            content = path.read_bytes()
            if len(content) < 50_000:
                (Path(corpus) / str(number)).write_bytes(content)
        seconds = round(minutes * 60)
        options = [f"-max_total_time={seconds}", "-timeout=5", "-max_len=20000", "-rss_limit_mb=1500"]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={corpus}-", corpus], one)
        atheris.Fuzz()


def main() -> None:
    """Run one of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otalink.conf.settings")
    os.environ["OTALINK_RESOLVER"] = "none"
    os.environ["OTALINK_DATA"] = tempfile.mkdtemp(prefix="otalink-fuzz-")
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else MINUTES
    {"structure": structure, "senders": senders, "bytes": raw_bytes}[sys.argv[1]](minutes)


if __name__ == "__main__":
    main()
