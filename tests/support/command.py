"""The `otalink` command: in processes of its own on a data folder, or in the test's process on its database."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from otalink.cli.main import main

PATIENCE = 60.0
MAIL = f"""From: Ann Lee <ann@customer.example>
To: support@localhost
Subject: {{subject}}
Message-ID: <{{subject}}@customer.example>
Date: {formatdate()}

The printer is on fire.
"""


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str


class Commands:
    """Runs commands, one way or the other."""

    def __call__(self, *words: str, stdin: str = "") -> Done:
        raise NotImplementedError

    def json(self, *words: str, stdin: str = "") -> Any:
        """The JSON document of a command that must succeed."""
        done = self(*words, "--json", stdin=stdin)
        assert done.code == 0, done
        return json.loads(done.out)

    def file_mail(self, subject: str = "Printer") -> str:
        """File a mail; returns its ticket's number."""
        number: str = self.json("postmaster", "read", stdin=MAIL.format(subject=subject))["ticket"]
        return number

    def refused(self, *words: str, stdin: str = "") -> str:
        """What a command says that cannot do what it was asked; checks that it says it as the contract promises."""
        done = self(*words, stdin=stdin)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("otalink: ")
        assert done.err.count("\n") == 1
        return done.err


@dataclass(frozen=True)
class Terminal(Commands):
    """Runs commands in this process, on the test's database."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *words: str, stdin: str = "") -> Done:
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        self.capsys.readouterr()
        code = main(list(words))
        out, err = self.capsys.readouterr()
        return Done(code, out, err)


@dataclass(frozen=True)
class Otalink(Commands):
    """Runs commands as processes on one data folder."""

    data: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, stdin: str = "") -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "otalink", *words],
            env=self._environ(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def started(self, *words: str, stdin: Path = Path(os.devnull)) -> Iterator[subprocess.Popen[str]]:
        """A command that serves, killed at the end if it still does; its output goes to files in the data folder."""
        with (self.data / "out").open("a") as out, (self.data / "err").open("a") as err, stdin.open() as given:
            process = subprocess.Popen(
                [sys.executable, "-m", "otalink", *words],
                env=self._environ(),
                stdin=given,
                stdout=out,
                stderr=err,
                text=True,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def _environ(self) -> dict[str, str]:
        # Neither the test run's own settings nor its data folder.
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("OTALINK_", "DJANGO_"))}
        return {**outside, "OTALINK_DATA": str(self.data), "OTALINK_RESOLVER": "none", **self.environ}


def wait_until_ready(port: int, process: subprocess.Popen[str]) -> None:
    """Wait until the pages are served."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, f"ended with {process.returncode}"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the pages are not served")


def terminate(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> float:
    """Tell a process to end, wait for it, and return how many seconds it took."""
    began = time.monotonic()
    process.send_signal(number)
    process.wait(30)
    return time.monotonic() - began
