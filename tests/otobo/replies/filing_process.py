"""A process that queues replies on tickets, or one that lets processes file what is queued; with shorter waits.

The one makes the database, and says when it is there. The other makes a process for each line that it reads, and tells
its id: a copy of itself, which has everything loaded. Killed, it is gone as any other, with whatever it was about.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "otalink.conf.settings"
django.setup()

from django.core.management import call_command  # noqa: E402

from otalink.otobo.replies import lease, sending, service  # noqa: E402
from tests.otobo.fake.core import Filed  # noqa: E402
from tests.otobo.support import write  # noqa: E402


def main(job: str, *words: str) -> None:
    if job == "write":
        _write(*words)
    else:
        sending.SETTLES = lease.DURATION = timedelta(seconds=1)
        sending._LOOKS_AGAIN = timedelta(seconds=0.2)
        service._BEAT_SECONDS = 0.2
        _make_filers()


def _write(count: str, *numbers: str) -> None:
    call_command("migrate", verbosity=0)
    _say("ready")
    for place in range(int(count)):
        write(Filed(0, numbers[place % len(numbers)]), f"reply {place}.", form=f"form-{place}")


def _make_filers() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever was killed leaves nothing behind
    maker = os.getpid()
    for _ in sys.stdin:
        if filer := os.fork():
            _say(str(filer))
            continue
        service.start()
        while os.getppid() == maker:
            time.sleep(0.5)
        os._exit(1)


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


main(*sys.argv[1:])
