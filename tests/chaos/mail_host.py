"""A mail host with moods: it refuses everybody, cannot just now, breaks off before or after taking a mail, or works."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from enum import Enum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.servers import free_port

_NUMBER = re.compile(r"Ticket#(\d+)")


class Mood(Enum):
    """What it does with a mail."""

    WORKS = "250 OK"
    RELAY_DENIED = "554 Relay access denied"
    LATER = "451 4.3.0 Mail server temporarily rejected message"
    DROPS = "drops the line"
    DROPS_AFTER_TAKING = "drops the line after taking the mail"


class MailHost:
    """Counts the mails it took: by recipient and ticket number, and by message id."""

    def __init__(self) -> None:
        self.mood = Mood.WORKS
        # Whether a try met the present mood.
        self.is_met = False
        self.moods: Counter[Mood] = Counter()
        self.taken: Counter[tuple[str, str]] = Counter()
        self.message_ids: Counter[str] = Counter()
        self._next: list[Mood] = []

    def change_mood(self) -> None:
        """The next mood; every one of them comes before one comes again."""
        if not self._next:
            self._next = random.sample(list(Mood), len(Mood))
        self.mood, self.is_met = self._next.pop(), False

    @property
    def unmet(self) -> list[Mood]:
        """The moods that no mail met."""
        return [mood for mood in Mood if not self.moods[mood]]

    def _meet(self) -> Mood:
        self.moods[self.mood] += 1
        self.is_met = True
        return self.mood

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.mood is Mood.RELAY_DENIED:
            return str(self._meet().value)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mood = self._meet()
        if mood in {Mood.WORKS, Mood.DROPS_AFTER_TAKING}:
            self._take(envelope)
        if mood in {Mood.DROPS, Mood.DROPS_AFTER_TAKING}:
            assert server.transport is not None
            server.transport.close()
        return mood.value if mood in {Mood.WORKS, Mood.LATER} else "421 4.3.2 gone"

    def _take(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content)
        number = _NUMBER.search(str(message["Subject"]))
        assert number is not None, message["Subject"]
        self.message_ids[str(message["Message-ID"])] += 1
        for recipient in envelope.rcpt_tos:
            self.taken[recipient, number[1]] += 1


@contextmanager
def mail_host() -> Iterator[tuple[MailHost, int]]:
    """A mail host on a free loopback port."""
    host, port = MailHost(), free_port()
    controller = Controller(host, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield host, port
    finally:
        controller.stop()


@contextmanager
def moody(host: MailHost, seconds: float) -> Iterator[None]:
    """The host changes its mood every so many seconds, but none before a mail met it; afterwards it works."""
    done = threading.Event()

    def change() -> None:
        while not done.wait(seconds):
            if host.is_met:
                host.change_mood()

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        host.mood = Mood.WORKS
