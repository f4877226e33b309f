"""What answers mail without anybody reading it: other desks behind a relay, and robots that know no standard."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_numbers = itertools.count(1)
# Everything by which a mail could be known as automatic, or as an answer.
_TELLING = (
    "Auto-Submitted", "X-OTOBO-Loop", "X-Auto-Response-Suppress", "Precedence", "In-Reply-To", "References",
    "Message-ID", "Subject",
)  # fmt: skip


# The name under which the mail server in front of a desk writes what it found out about senders.
BORDER = "mx.border.example"


class Relay:
    """Hands every mail it gets to `pass_on`, and counts them; a mail server of the kind that `mail_url` names."""

    def __init__(self, pass_on: Callable[[EmailMessage, str], None]) -> None:
        self.passed: list[EmailMessage] = []
        self._pass_on = pass_on

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.SMTP)
        self.passed.append(message)
        await asyncio.to_thread(self._pass_on, message, envelope.mail_from or "")
        return "250 OK"


@contextmanager
def relay(port: int, pass_on: Callable[[EmailMessage, str], None]) -> Iterator[Relay]:
    """A relay on that port."""
    made = Relay(pass_on)
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()


def stripped(message: EmailMessage) -> EmailMessage:
    """The same mail without anything that tells a machine wrote it, or what it answers."""
    for name in _TELLING:
        del message[name]
    number = next(_numbers)
    message["Subject"] = f"Something else {number}"
    message["Message-ID"] = f"<{number}.{time.time_ns()}@relay.example>"
    return message


def vouched_for(message: EmailMessage) -> EmailMessage:
    """The same mail as the border's mail server passes it on, which proved its sender."""
    domain = message["From"].addresses[0].domain
    del message["Authentication-Results"]
    message["Authentication-Results"] = f"{BORDER}; dmarc=pass header.from={domain}"
    return message


def thoughtless_answer(message: EmailMessage) -> EmailMessage:
    """What a robot writes to whoever wrote to it."""
    answer = EmailMessage(policy=policy.SMTP)
    number = next(_numbers)
    answer["From"], answer["To"] = "Robot <robot@customer.example>", message["From"]
    answer["Subject"] = f"We care about you, case {number}"
    answer["Message-ID"] = f"<{number}.{time.time_ns()}@customer.example>"
    answer.set_content("Your mail is important to us. We are out of the office until further notice.")
    return answer


def settled(count: Callable[[], int], quiet: float = 5.0, patience: float = 90.0) -> int:
    """The number of mails once none came for `quiet` seconds.

    Raises:
        TimeoutError: they do not stop coming.
    """
    deadline, seen, since = time.monotonic() + patience, count(), time.monotonic()
    while time.monotonic() < deadline:
        time.sleep(0.1)
        if (now := count()) != seen:
            seen, since = now, time.monotonic()
        elif time.monotonic() - since > quiet:
            return seen
    raise TimeoutError(f"{seen} mails, and no end")
