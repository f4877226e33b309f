"""What must hold for any mail and any answers of the DNS: the checks end soon, never raise, prove nothing forged."""

from __future__ import annotations

import sys
from collections.abc import Callable

from otalink.desk.types import Proof
from otalink.mail.incoming import IncomingMail, parse
from otalink.postmaster.authentication import authenticate, own_checks
from otalink.postmaster.authentication.lookups import MAX_LOOKUPS, Lookups
from tests.postmaster.fuzz.senders import Attack

# Jumps and calls: what runs in circles, on any machine. An honest mail takes some thousand.
MOST_STEPS = 400_000


def steps(work: Callable[[], object]) -> int:
    """How many loops and calls of Python some work takes."""
    monitoring, count = sys.monitoring, 0

    def one(*_: object) -> None:
        nonlocal count
        count += 1

    events = (monitoring.events.JUMP, monitoring.events.PY_START)
    monitoring.use_tool_id(monitoring.PROFILER_ID, "steps")
    try:
        for event in events:
            monitoring.register_callback(monitoring.PROFILER_ID, event, one)
        monitoring.set_events(monitoring.PROFILER_ID, events[0] | events[1])
        work()
    finally:
        monitoring.set_events(monitoring.PROFILER_ID, 0)
        monitoring.free_tool_id(monitoring.PROFILER_ID)
    return count


def proof_of(attack: Attack, parsed: IncomingMail | None = None) -> Proof:
    """What our own checks think of a mail."""
    parsed = parsed or parse(attack.raw)
    checks = own_checks.checks(parsed, attack.delivery, Lookups(attack.zone.resolve))
    return authenticate.conclude(parsed, checks).proof


def check_attack(attack: Attack) -> None:
    """A mail made to keep us busy does not; what does not hold is an AssertionError."""
    parsed = parse(attack.raw)
    assert steps(lambda: proof_of(attack, parsed)) < MOST_STEPS
    assert len(attack.zone.asked) <= MAX_LOOKUPS
    assert max(attack.zone.asked.values(), default=0) <= 1


def check_forgery(attack: Attack) -> None:
    """A mail that was changed after it was signed is not proven; what does not hold is an AssertionError."""
    assert proof_of(attack) is not Proof.PROVEN
