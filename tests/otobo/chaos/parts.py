"""The parts of a product, each a process of its own, started again whenever it ended, as an operator's system does."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

_LOOK = 0.1


@dataclass
class Part:
    """A process of `program` (a module) with these words; it may have processes below it."""

    program: str
    words: tuple[str, ...]
    environ: dict[str, str]
    log: Path
    kills: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", self.program, *self.words]
            self.process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log)

    def has_ended(self) -> bool:
        """Whether it has to be started again."""
        return self.process is None or self.process.poll() is not None

    def kill(self, chance: random.Random) -> None:
        """`kill -9` for one of its processes: itself, or one below it."""
        if self.process is None or self.has_ended():
            return
        with suppress(ProcessLookupError):
            os.kill(chance.choice([self.process.pid, *_below(self.process.pid)]), signal.SIGKILL)
            self.kills += 1

    def end(self) -> None:
        """Tell it to end, and wait."""
        if self.process and not self.has_ended():
            self.process.terminate()
        if self.process:
            self.process.wait(30)


def _below(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


@contextmanager
def running(parts: Sequence[Part]) -> Iterator[None]:
    """They run, and whichever has ended is started again."""
    done = threading.Event()

    def keep() -> None:
        while not done.is_set():
            for part in parts:
                if part.has_ended():
                    part.start()
            done.wait(_LOOK)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
        for part in parts:
            part.end()


@contextmanager
def killed_at_random(parts: Sequence[Part], between: tuple[float, float], most: float = inf) -> Iterator[None]:
    """Every so many seconds, from the one to the other, one of them is killed; `most` times in all."""
    done, chance = threading.Event(), random.Random()

    def kill() -> None:
        while not done.wait(chance.uniform(*between)) and sum(part.kills for part in parts) < most:
            chance.choice(parts).kill(chance)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        done.set()
        killer.join()


def frozen_for(seconds: float, pid: int) -> None:
    """A process neither answers nor ends for so long."""
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)
