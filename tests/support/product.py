"""The real product as processes of its own, driven from outside: mail over LMTP and SMTP, commands, a browser."""

from __future__ import annotations

import json
import os
import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.servers import end, free_port, wait_for_port

PATIENCE = 40.0
LINK = re.compile(r"https?://[^\s\"<>]+/l/[A-Za-z0-9_-]{43}")


def wait_for[T](what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Look again and again until there is something."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise TimeoutError(f"{what}: waited {patience:.0f} s")


@dataclass
class Mailbox:
    """A real SMTP server that takes mail, or refuses it with `refuse_with`."""

    messages: list[EmailMessage] = field(default_factory=list)
    refuse_with: str = ""
    read: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_with:
            return self.refuse_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def next_mail(self) -> EmailMessage:
        """The next mail that comes in."""
        wait_for("a mail", lambda: self.messages if len(self.messages) > self.read else None)
        self.read += 1
        return self.messages[self.read - 1]

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        time.sleep(seconds)
        return len(self.messages) == self.read


@contextmanager
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mailbox and the port of its server."""
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def link_in(mail: EmailMessage) -> str:
    """The one-time link in a mail; the text and the HTML part must have the same one."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    links = {link for part in parts for link in LINK.findall(part)}
    assert len(links) == 1, f"{len(links)} links in {mail['Subject']}"
    return str(links.pop())


@dataclass
class Product:
    """A data folder, and perhaps a running `otalink run` on it."""

    data: Path
    web_port: int
    lmtp_port: int
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return self.environ["OTALINK_BASE_URL"]

    def otalink(self, *words: str) -> list[str]:
        """The words of an `otalink` command."""
        return [sys.executable, "-m", "otalink", *words]

    def command(self, *words: str) -> Any:
        """What an `otalink` command answers with `--json`."""
        done = subprocess.run(
            self.otalink(*words, "--json"), env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}: {done.returncode} {done.stderr}"
        return json.loads(done.stdout)

    def deliver(self, raw: bytes, sender: str, *recipients: str) -> None:
        """Hand a mail in over LMTP, as a mail server does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=PATIENCE) as server:
            refused = server.sendmail(sender, recipients or ("support@localhost",), raw)
        assert not refused

    def start(self, *words: str) -> None:
        """Start `otalink run`, or other long-running words."""
        web, lmtp = f"127.0.0.1:{self.web_port}", f"127.0.0.1:{self.lmtp_port}"
        log = (self.data / "log.txt").open("ab")
        self.process = subprocess.Popen(
            self.otalink(*(words or ("run", "--bind", web, "--lmtp", lmtp))), env=self.environ, stdout=log, stderr=log
        )
        log.close()
        wait_for_port(self.web_port, self.process)
        if not words:
            wait_for_port(self.lmtp_port, self.process)

    def stop(self) -> None:
        """SIGTERM, and wait."""
        if self.process:
            end(self.process)
            self.process = None

    def log(self) -> str:
        """What it wrote to standard output and error."""
        return (self.data / "log.txt").read_text()


@contextmanager
def product(data: Path, **environ: str) -> Iterator[Product]:
    """A product on an empty data folder, not started yet; `environ` are `OTALINK_*` variables."""
    data.mkdir(parents=True, exist_ok=True)
    web = free_port()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("OTALINK_", "DJANGO_"))}
    ours = {"OTALINK_DATA": str(data), "OTALINK_BASE_URL": f"http://127.0.0.1:{web}", "OTALINK_RESOLVER": "none"}
    made = Product(data, web, free_port(), {**inherited, **ours, **environ})
    try:
        yield made
    finally:
        made.stop()
