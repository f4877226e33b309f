"""What fetching asks of a mailbox, whichever protocol it speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from otalink.postmaster.accounts.models import MailAccount

# In seconds, for every step of the talk.
TIMEOUT = 30.0


@dataclass(frozen=True)
class Waiting:
    """A mail in the mailbox: how the protocol names it in this session, and its size in bytes.

    `arrived` is when it came into the mailbox, None where the server does not say. `existed` is whether it was there
    before the account was connected.
    """

    key: str
    size: int
    arrived: datetime | None = None
    existed: bool = False


@dataclass(frozen=True)
class Found:
    """What is in a mailbox: how many mails, and when the oldest of them came, where that can be told."""

    mails: int
    oldest: datetime | None = None

    def __str__(self) -> str:
        mails = "1 mail" if self.mails == 1 else f"{self.mails:,} mails"
        return f"{mails}, the oldest of {self.oldest.year}" if self.oldest else mails


class Mailbox(Protocol):
    """An open mailbox. Every method raises `SourceFailure`; keys do not outlive the session.

    A server that numbers its mails anew (UIDVALIDITY) doubles nothing: what we remember of filed mail is its claim.
    """

    can_wait: bool
    mails_per_session: int

    def look(self) -> Found:
        """What is in it, filed or not."""
        ...

    def connect(self) -> None:
        """Note in the account that all mail which is there now existed before; the account must be saved."""
        ...

    def waiting(self) -> list[Waiting]:
        """All mail to be filed, oldest first."""
        ...

    def read(self, key: str) -> bytes | None:
        """A whole mail, which stays unseen; None where it is gone."""
        ...

    def settle(self, keys: Sequence[str]) -> None:
        """Move, delete or remember these mails: they are filed."""
        ...

    def wait(self, seconds: float, go_on: Callable[[], bool]) -> None:
        """Wait for new mail, at most so long, and while `go_on`, which is asked every second. Only where `can_wait`."""
        ...

    def describe(self) -> str:
        """What was found, for an operator who tests the connection."""
        ...


def open_mailbox(account: MailAccount) -> AbstractContextManager[Mailbox]:
    """Connect, sign in and open the folder.

    Raises:
        SourceFailure
    """
    # Late: neither protocol is imported before there is an account that speaks it.
    module = import_module(f"otalink.postmaster.accounts.{account.protocol}")
    return cast(AbstractContextManager[Mailbox], module.opened(account))
