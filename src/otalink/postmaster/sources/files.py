"""Mail from files and pipes; each holds one whole mail."""

from __future__ import annotations

import sys
from pathlib import Path

from otalink.postmaster import intake
from otalink.postmaster.mail_size import max_bytes
from otalink.postmaster.outcome import Envelope, Result


def read(files: list[Path], *, trusted: bool) -> list[Result]:
    """Take mail in from these files, or from standard input where there are none; one result each, in order.

    Raises:
        OSError: a file cannot be read; nothing was taken from any.
    """
    mails = [path.read_bytes() for path in files] if files else [sys.stdin.buffer.read()]
    envelope = Envelope(source="file" if files else "pipe")
    return [_take(raw, envelope, trusted=trusted) for raw in mails]


def _take(raw: bytes, envelope: Envelope, *, trusted: bool) -> Result:
    limit = max_bytes()
    if len(raw) > limit:
        # A pipe cannot say no for good, so the mail waits for an operator.
        return intake.keep_back(raw, envelope, f"larger than {limit} bytes", trusted=trusted)
    return intake.run(raw, envelope, trusted=trusted)
