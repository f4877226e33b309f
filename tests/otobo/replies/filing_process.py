"""A process that queues replies on a ticket, or files what is queued until it is killed; with shorter waits."""

from __future__ import annotations

import os
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
    if job == "migrate":
        call_command("migrate", verbosity=0)
    elif job == "write":
        number, first, last = words
        for count in range(int(first), int(last)):
            write(Filed(0, number), f"reply {count}.", form=f"form-{count}")
    else:
        sending.SETTLES = timedelta(seconds=2)
        lease.DURATION = timedelta(seconds=2)
        service._BEAT_SECONDS = 0.5
        service.start()
        while True:
            time.sleep(60)


main(*sys.argv[1:])
