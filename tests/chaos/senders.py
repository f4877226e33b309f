"""People who write, each once, through mail servers that try again until their mail is taken."""

from __future__ import annotations

import random
import smtplib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count

THREADS = 4
# Seconds from one mail to the next, in each thread.
PAUSE = 0.25


def address(number: int) -> str:
    """The address of a person; domains differ, for a limit counts each."""
    return f"person@company{number}.example"


def message_id(number: int) -> str:
    """The message id of their mail."""
    return f"{number}@company{number}.example"


def _mail(number: int) -> bytes:
    date = format_datetime(datetime.now(UTC))
    head = f"From: Person {number} <{address(number)}>\r\nTo: support@localhost\r\nSubject: Request {number}\r\n"
    return f"{head}Message-ID: <{message_id(number)}>\r\nDate: {date}\r\n\r\nThe printer is on fire.\r\n".encode()


class Senders:
    """They write until told to stop; `written` is how many did, and each of those mails was answered 250."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._numbers, self._done = ports, count(), threading.Event()
        self._lock = threading.Lock()
        self.written = 0

    def _write(self) -> None:
        while not self._done.wait(PAUSE):
            with self._lock:
                number = next(self._numbers)
                self.written += 1
            raw = _mail(number)
            while not self._is_taken(raw, number):
                time.sleep(0.1)

    def _is_taken(self, raw: bytes, number: int) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", random.choice(self._ports), timeout=30) as server:
                return not server.sendmail(address(number), ["support@localhost"], raw)
        except (OSError, smtplib.SMTPException):
            return False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """They write; at the end, waits until every mail that was begun is taken."""
        threads = [threading.Thread(target=self._write) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._done.set()
            for thread in threads:
                thread.join()
