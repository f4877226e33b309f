"""Mail from files and pipes; each holds one whole mail."""

from __future__ import annotations

import sys
from pathlib import Path

from otalink.postmaster import intake
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.mail_size import max_bytes
from otalink.postmaster.outcome import Result


def read(files: list[Path], *, trusted: bool) -> list[Result]:
    """Take mail in from these files, or from standard input where there are none; one result each, in order.

    Raises:
        OSError: a file cannot be read; nothing was taken from any.
    """
    mails = [path.read_bytes() for path in files] if files else [sys.stdin.buffer.read()]
    delivery = Delivery(source="file" if files else "pipe", trusted=trusted)
    return [take(raw, delivery) for raw in mails]


def take(raw: bytes, delivery: Delivery) -> Result:
    """Take in a whole mail, of any size."""
    limit = max_bytes()
    if len(raw) > limit:
        # A pipe cannot say no for good, so the mail waits for an operator.
        return intake.keep_back(raw, delivery, f"larger than {limit} bytes")
    return intake.run(raw, delivery)
