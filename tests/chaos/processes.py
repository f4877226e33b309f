"""The parts of a running product, each a process of its own, which are killed at random and started again at once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# Seconds from one kill to the next.
BETWEEN = (0.3, 3.0)


@dataclass
class Part:
    """A process of `otalink` with these words."""

    words: tuple[str, ...]
    environ: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "otalink", *self.words]
            self.process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log)

    def end(self, number: int = signal.SIGTERM) -> None:
        """Send it a signal, and wait until it is gone."""
        self.process.send_signal(number)
        self.process.wait(30)


@contextmanager
def running(parts: list[Part]) -> Iterator[None]:
    """They run."""
    for part in parts:
        part.start()
    try:
        yield
    finally:
        for part in parts:
            part.end()


@contextmanager
def killed_at_random(parts: list[Part]) -> Iterator[list[Part]]:
    """One after the other is killed with `SIGKILL` and started again; gives the list of those that were."""
    done, chance = threading.Event(), random.Random()
    killed: list[Part] = []

    def kill() -> None:
        while not done.wait(chance.uniform(*BETWEEN)):
            part = chance.choice(parts)
            part.end(signal.SIGKILL)
            killed.append(part)
            part.start()

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()
