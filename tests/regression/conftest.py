"""A desk that writes its mail into a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, OutboxMail
from otalink.postmaster.intake import Delivery, Result, run
from tests.support.product import link_in


@dataclass
class Desk:
    """Takes mail in and sends mail out, in this process."""

    folder: Path

    def receive(self, text: str, *, trusted: bool = False, delivery: Delivery | None = None) -> Result:
        """Take one mail in."""
        return run(text.replace("\n", "\r\n").encode(), replace(delivery or Delivery(), trusted=trusted))

    def send(self) -> list[EmailMessage]:
        """Send what is queued; gives the mails that left."""
        before = set(self.folder.glob("*.eml"))
        feed()
        for pk in OutboxMail.objects.filter(state=MailState.QUEUED).order_by("pk").values_list("pk", flat=True):
            deliver.call(pk)
        left = sorted(set(self.folder.glob("*.eml")) - before, key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in left]

    def path_to_ticket(self, mail: EmailMessage) -> str:
        """The path of the link in a mail."""
        return "/l/" + link_in(mail).rpartition("/")[2]


@pytest.fixture
def desk(db: None, data_folder: Path, settings: Settings) -> Desk:
    folder = data_folder / "outgoing"
    settings.OTALINK_MAIL_URL = folder.as_uri()
    return Desk(folder)
