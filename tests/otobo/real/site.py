"""A real OTOBO that somebody set up: `OTOBO_REAL` names a file of lines `NAME=value` that says where it is.

The file holds otalink's own `OTALINK_*` for a site that `otalink check` finds nothing wrong with, and two commands:
`REAL_FEED` files a mail from standard input, as OTOBO's own console does, and `REAL_SEND` has OTOBO hand its waiting
mail to its SMTP host, which is `OTALINK_OTOBO_RELAY`. `REAL_TO` is the address of a queue that answers new tickets with
the tag `<OTOBO_OTACustomerTicketLink>` and lets follow-ups in. No other otalink may run on that site meanwhile.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.otobo.fake.database import Database

# Where the product runs is the test's own.
_OURS = {"OTALINK_DATA", "OTALINK_BASE_URL", "OTALINK_MAIL_URL"}


@dataclass(frozen=True)
class Site:
    """What the file says."""

    values: dict[str, str]

    @property
    def environ(self) -> dict[str, str]:
        """The variables for otalink."""
        return {name: value for name, value in self.values.items() if name.startswith("OTALINK_") and name not in _OURS}

    @property
    def to(self) -> str:
        """The address of the queue."""
        return self.values["REAL_TO"]

    def feed(self, raw: bytes) -> None:
        """Let OTOBO file a mail."""
        subprocess.run(shlex.split(self.values["REAL_FEED"]), input=raw, check=True, capture_output=True)

    def send(self) -> None:
        """Let OTOBO's waiting mail leave."""
        subprocess.run(shlex.split(self.values["REAL_SEND"]), check=True, capture_output=True)

    def say(self, ticket_id: int, text: str) -> None:
        """An agent writes something that the customer may see, of which OTOBO mails nothing."""
        article: dict[str, Any] = {
            "Subject": "Answer",
            "Body": text,
            "ContentType": "text/plain; charset=utf8",
            "SenderType": "agent",
            "IsVisibleForCustomer": 1,
        }
        agent = {
            "UserLogin": self.values["OTALINK_OTOBO_REST_USER"],
            "Password": self.values["OTALINK_OTOBO_REST_PASSWORD"],
        }
        url = f"{self.values['OTALINK_OTOBO_REST_URL']}/Ticket/{ticket_id}"
        told = requests.patch(url, json={**agent, "Article": article}, timeout=60).json()
        assert "Error" not in told, told

    def database(self) -> Database:
        """OTOBO's database, as otalink reads it."""
        return Database(self.values["OTALINK_OTOBO_DATABASE_URL"])


def site() -> Site:
    """The site, or the test is skipped: OTOBO can be neither shipped nor installed from here."""
    file = os.environ.get("OTOBO_REAL")
    if not file:
        pytest.skip("no real OTOBO: OTOBO_REAL names the file that says where one is")
    lines = (line.strip() for line in Path(file).read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return Site({name: value for name, _, value in pairs})
