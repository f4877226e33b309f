"""What fetching asks of a mailbox, whichever protocol it speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from otalink.postmaster.accounts.models import MailAccount

# In seconds, for every step of the talk.
TIMEOUT = 30.0


@dataclass(frozen=True)
class Waiting:
    """A mail in the mailbox: how the protocol names it in this session, and its size in bytes."""

    key: str
    size: int


class Mailbox(Protocol):
    """An open mailbox. Every method raises `SourceFailure`; nothing it names outlives the session.

    So it does not matter when a server numbers its mails anew (UIDVALIDITY): what we remember of a mail is its claim.
    """

    can_wait: bool
    mails_per_session: int

    def waiting(self) -> list[Waiting]:
        """All mail to be filed, oldest first."""
        ...

    def read(self, key: str) -> bytes | None:
        """A whole mail, which stays unseen; None where it is gone."""
        ...

    def settle(self, keys: Sequence[str]) -> None:
        """Delete or move these mails: they are filed."""
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
