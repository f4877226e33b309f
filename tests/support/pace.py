"""How fast this machine is now: limits in seconds were set on another one, and nobody else was at work there."""

from __future__ import annotations

import time
from email import message_from_bytes

_MAIL = (
    b"From: Ann Lee <ann@customer.example>\r\nSubject: Printer\r\n"
    + b"X-Header: value\r\n" * 400
    + b"\r\nHello\r\n" * 400
)
_ROUNDS = 40
# Processor seconds that the rounds took there.
_THERE = 0.025


def slower() -> float:
    """How many times longer a fixed piece of parsing takes here and now, at least 1."""
    start = time.thread_time()
    for _ in range(_ROUNDS):
        message_from_bytes(_MAIL)
    return max(1.0, (time.thread_time() - start) / _THERE)
