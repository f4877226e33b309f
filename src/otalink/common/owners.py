"""Names for whoever holds a lease: one for each time somebody begins."""

from __future__ import annotations

import os
import secrets
import socket


def new_owner() -> str:
    """A name that nobody else has; it says on which machine and in which process."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(6)}"
