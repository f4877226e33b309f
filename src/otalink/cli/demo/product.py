"""The real product in a throw-away folder, as the demo drives it: from outside, like everybody else."""

from __future__ import annotations

import json
import os
import re
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from otalink.cli.failures import CommandFailed
from otalink.cli.server.ports import free_port

SECONDS_TO_WAIT = 30
_LINK = re.compile(r"https?://\S+/l/[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Letter:
    """A mail that the product wrote."""

    to: str
    subject: str
    text: str
    link: str


@dataclass
class Product:
    """A running product; `read` are the outgoing mails that were looked at already."""

    data: Path
    base_url: str
    lmtp_port: int
    environ: dict[str, str]
    process: subprocess.Popen[str]
    read: set[str] = field(default_factory=set)

    def command(self, *words: str) -> Any:
        """What an `otalink` command says."""
        done = subprocess.run(
            [sys.executable, "-m", "otalink", *words, "--json"],
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandFailed(f"otalink {' '.join(words)}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def deliver(self, message: EmailMessage) -> None:
        """Hand a mail in over LMTP."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=SECONDS_TO_WAIT) as server:
            server.send_message(message)

    def next_letter(self) -> Letter:
        """The next mail that comes out."""
        path = self.wait_for("a mail", self._unread)
        self.read.add(path.name)
        return _letter(path.read_bytes())

    def _unread(self) -> Path | None:
        written = sorted((self.data / "outgoing").glob("*.eml"), key=lambda path: path.stat().st_mtime)
        return next((path for path in written if path.name not in self.read), None)

    def is_up(self) -> bool:
        """Whether web and intake are there."""
        try:
            urllib.request.urlopen(f"{self.base_url}/healthz", timeout=5).close()  # noqa: S310 our own address
            smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=5).close()
        except (OSError, urllib.error.URLError, smtplib.SMTPException):
            return False
        return True

    def wait_for[T](self, what: str, look: Callable[[], T | None]) -> T:
        """Look until there is something to see.

        Raises:
            CommandFailed: the product ended, or nothing came in time.
        """
        end = time.monotonic() + SECONDS_TO_WAIT
        while time.monotonic() < end:
            if found := look():
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise CommandFailed(f"{what} did not come; the log says: {_tail(self.data / 'demo.log')}")


def _letter(raw: bytes) -> Letter:
    message = BytesParser(policy=policy.default).parsebytes(raw)
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    link = _LINK.search(text)
    return Letter(str(message["To"]), str(message["Subject"]), text.strip(), link.group() if link else "")


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    return " / ".join(lines[-3:]) or "nothing"


@contextmanager
def product() -> Iterator[Product]:
    """Start `otalink run` on free loopback ports; at the end it is stopped and its folder removed."""
    data = Path(tempfile.mkdtemp(prefix="otalink-demo-"))
    started = _start(data)
    try:
        started.wait_for("the product", started.is_up)
        yield started
    finally:
        started.process.terminate()
        try:
            started.process.wait(timeout=12)
        except subprocess.TimeoutExpired:
            started.process.kill()
            started.process.wait()
        shutil.rmtree(data, ignore_errors=True)


def _start(data: Path) -> Product:
    web_port, lmtp_port = free_port(), free_port()
    base_url = f"http://127.0.0.1:{web_port}"
    # Its sample mail is nobody's: there is nothing to ask the DNS.
    ours = {"OTALINK_DATA": str(data), "OTALINK_BASE_URL": base_url, "OTALINK_RESOLVER": "none"}
    # Whatever is configured outside must neither be used nor touched by a demo.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OTALINK_")} | ours
    words = ["run", "--bind", f"127.0.0.1:{web_port}", "--lmtp", f"127.0.0.1:{lmtp_port}"]
    with (data / "demo.log").open("w") as log, (data / "demo.out").open("w") as out:
        # A session of its own: Ctrl+C reaches the demo alone, which then ends the product in order.
        process = subprocess.Popen(
            [sys.executable, "-m", "otalink", *words],
            env=environ,
            stdout=out,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    return Product(data, base_url, lmtp_port, environ, process)
