"""Filing quarantined mail again, one mail or all; however often that is done, nothing is filed twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from otalink.postmaster import intake, quarantine
from otalink.postmaster.outcome import Outcome, Result
from otalink.postmaster.quarantine import NotInQuarantine

# After these the mail stays in quarantine.
UNSETTLED = {Outcome.QUARANTINED, Outcome.REJECTED, Outcome.TRY_LATER}


def replay(item_id: str, *, vouched: bool = True) -> Result:
    """Try to file a quarantined mail again; it stays where that fails.

    Whoever picks one mail vouches for it: it is let in although its sender is not proven.

    Raises:
        NotInQuarantine
    """
    item = quarantine.find(item_id)
    delivery = replace(item.delivery, source="replay", vouched=vouched, taken=item.quarantined)
    result = intake.run(quarantine.read(item_id), delivery)
    if result.outcome not in UNSETTLED:
        with suppress(NotInQuarantine):  # somebody else replayed it too, and one of the two was a duplicate
            quarantine.delete(item_id)
    return result


def replay_all(seconds: float = float("inf")) -> Iterator[tuple[str, Result]]:
    """Try to file everything again in the order it arrived, each with its id, for at most so many seconds.

    It ends at the first mail that must wait: what it waits for, those behind it need too, and they keep their order.
    """
    deadline = time.monotonic() + seconds
    for item in quarantine.items():
        if time.monotonic() > deadline:
            return
        with suppress(NotInQuarantine):
            result = replay(item.id, vouched=False)
            yield item.id, result
            if result.outcome is Outcome.TRY_LATER:
                return
