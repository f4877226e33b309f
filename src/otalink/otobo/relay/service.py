"""The relay as a part of `otalink run` and `otalink worker`."""

from __future__ import annotations

from django.conf import settings

from otalink.otobo.relay.listener import serve
from otalink.otobo.waiting_port import WaitingPort


def start() -> WaitingPort | None:
    """Take OTOBO's outgoing mail where the boot configuration says; None where it says nowhere."""
    if not settings.OTALINK_OTOBO_RELAY:
        return None
    host, port = settings.OTALINK_OTOBO_RELAY
    return WaitingPort("the relay", lambda: serve(host, port, settings.OTALINK_OTOBO_CLIENTS))
