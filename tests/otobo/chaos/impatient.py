"""`otalink` whose waits are short: taking over what a killed process held, retrying, and giving up on who is silent.

`python -m tests.otobo.chaos.impatient WORDS` is `otalink WORDS`. Nothing but lengths of time differs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from otalink.cli import main
from otalink.common import retry
from otalink.conf import otobo
from otalink.otobo import connection

_SHORT = timedelta(seconds=2)
# Seconds; also in the processes below, which import this module and do no more with it.
otobo.SECONDS_TO_ANSWER = connection._SECONDS = 3


def _shorten() -> None:
    from otalink.maintenance import heartbeat
    from otalink.otobo import ticket_changes
    from otalink.otobo.replies import lease, sending, service
    from otalink.otobo.watcher import lease as watch

    heartbeat.INTERVAL, heartbeat.DEAD_AFTER = 0.5, timedelta(seconds=4)
    ticket_changes._LEASE = _SHORT
    lease.DURATION = watch.DURATION = sending.SETTLES = _SHORT
    sending._LOOKS_AGAIN = timedelta(seconds=0.5)
    service._BEAT_SECONDS = service._AWAY_SECONDS = watch.RENEW_SECONDS = 0.5


def _run() -> int:
    for name in ("TASKS", "NOTIFICATIONS", "MAIL_HOST", "REPLIES"):
        policy = getattr(retry, name)
        setattr(retry, name, replace(policy, first_delay=timedelta(seconds=1), longest_delay=_SHORT))
    from otalink.cli import prepare

    start: Callable[[], None] = prepare.start_django

    def start_django() -> None:
        start()
        _shorten()

    prepare.start_django = start_django
    return main.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(_run())
