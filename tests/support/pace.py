"""How fast this machine is now: limits in seconds were set on another one, and nobody else was at work there."""

from __future__ import annotations

import time
from collections.abc import Callable
from email import message_from_bytes

_MAIL = (
    b"From: Ann Lee <ann@customer.example>\r\nSubject: Printer\r\n"
    + b"X-Header: value\r\n" * 400
    + b"\r\nHello\r\n" * 400
)
_ROUNDS = 40
# Processor seconds that the rounds took there.
_THERE = 0.025
# A busy neighbour slows one try, not each: what takes long takes long every time.
_TRIES = 4


def slower() -> float:
    """How many times longer a fixed piece of parsing takes here and now, at least 1."""
    start = time.thread_time()
    for _ in range(_ROUNDS):
        message_from_bytes(_MAIL)
    return max(1.0, (time.thread_time() - start) / _THERE)


def within[Found](seconds: float, work: Callable[[], Found]) -> Found:
    """What the work returns, once it took no more processor seconds than that, on the other machine.

    Raises:
        AssertionError: it never did.
    """
    took = []
    for _ in range(_TRIES):
        start = time.thread_time()
        found = work()
        took.append((time.thread_time() - start) / slower())
        if took[-1] < seconds:
            return found
    raise AssertionError(f"it took {took} s, with {seconds} s allowed")
