"""The drop as a part of `otalink run` and `otalink worker`."""

from __future__ import annotations

from django.conf import settings

from otalink.otobo.pop3.server import Pop3Server
from otalink.otobo.waiting_port import WaitingPort


def start() -> WaitingPort | None:
    """Let OTOBO fetch where the boot configuration says; None where it says nowhere."""
    if not settings.OTALINK_OTOBO_POP3:
        return None
    host, port = settings.OTALINK_OTOBO_POP3
    login, clients = settings.OTALINK_OTOBO_POP3_LOGIN, settings.OTALINK_OTOBO_CLIENTS
    return WaitingPort("the POP3 drop", lambda: Pop3Server(host, port, login, clients))
