"""What the tests of mail intake start from: a data folder of their own, and a real mail server with accounts on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from otalink.minidesk.models import Article
from otalink.postmaster import quarantine
from otalink.postmaster.accounts import manage
from otalink.postmaster.intake import Delivery
from otalink.postmaster.models import MailAccount
from tests.support.dovecot import PASSWORD, Dovecot, dovecot


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """Attachments and quarantine of one test are no other test's."""


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@dataclass(frozen=True)
class Box:
    """A user of the server with a mailbox of their own, for one test."""

    server: Dovecot
    user: str

    def put(self, *mails: bytes) -> None:
        """Lay mail in."""
        self.server.put(self.user, *mails)

    def mails(self, folder: str = "INBOX") -> list[bytes]:
        """What lies there."""
        return self.server.mails(self.user, folder)

    def account(self, **values: Any) -> MailAccount:
        """An account on it; where nothing else is said, IMAP without encryption, and what is there is new."""
        protocol = values.get("protocol", "imap")
        given = {
            "name": f"{protocol} of {self.user}",
            "host": "127.0.0.1",
            "user": self.user,
            "security": "none",
            "port": getattr(self.server, protocol),
            "existing": "new",
            "after": "delete",
            **values,
        }
        return manage.add({"password": PASSWORD}, **given)


@pytest.fixture
def box(server: Dovecot) -> Box:
    """An empty mailbox."""
    return Box(server, server.new_user())


def texts() -> list[str]:
    """What was filed, in order."""
    return list(Article.objects.order_by("id").values_list("text", flat=True))


def in_quarantine(raw: bytes, *, day: int = 1, trusted: bool = False) -> str:
    """Lay a mail into quarantine on that day of November 2026; returns its id."""
    with time_machine.travel(datetime(2026, 11, day, tzinfo=UTC), tick=False):
        return quarantine.keep(raw, Delivery("a@x.example", source="lmtp", trusted=trusted), "why it lies here")
