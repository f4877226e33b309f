"""What a pre-filter is: it looks at a mail before it is filed, and lets it pass, saying how to file it, or stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from otalink.desk.types import Ticket
from otalink.mail.incoming import IncomingMail
from otalink.notifications.auto_replies import AutoReply
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.filing import Filing


@dataclass(frozen=True)
class Context:
    """What else is known of a mail: the ticket that it continues, how it came, and its filing as it stands now."""

    ticket: Ticket | None = None
    delivery: Delivery = field(default_factory=Delivery)
    filing: Filing = field(default_factory=Filing)

    @property
    def is_new_ticket(self) -> bool:
        """Whether the mail opens a ticket."""
        return self.ticket is None


@dataclass(frozen=True)
class Continue:
    """The mail goes on, as it stands here; without a `filing` that one stays as it was."""

    mail: IncomingMail
    filing: Filing | None = None


@dataclass(frozen=True)
class Ignore:
    """The mail is dropped, and its sender is told nothing."""

    reason: str


@dataclass(frozen=True)
class Reject:
    """The mail is refused. With an `auto_reply` we take it and write to its sender; else its source is told why."""

    reason: str
    auto_reply: AutoReply | None = None


FilterResult = Continue | Ignore | Reject


class PreFilter(Protocol):
    """A pre-filter; a setting `PostMaster::PreFilterModule###NNN-Name` names its class and holds its configuration.

    A class that operators may choose has `KEYS`, a mapping of the names its configuration has beside `Module` to
    `otalink.sysconfig.patterns.Key`. Its constructor may raise `InvalidValue` for what does not go together.
    """

    def __init__(self, config: Mapping[str, Any]) -> None: ...

    def __call__(self, mail: IncomingMail, context: Context, /) -> FilterResult:
        """Look at a mail.

        Raises:
            BackendUnavailable, DeskUnavailable: the mail is taken up again later.
        """
        ...


@runtime_checkable
class TicketFinder(Protocol):
    """A pre-filter that also knows which ticket a mail continues where nothing else tells."""

    def find_ticket(self, mail: IncomingMail) -> Ticket | None:
        """The ticket, if there is one.

        Raises:
            DeskUnavailable: the mail is taken up again later.
        """
        ...


@runtime_checkable
class Finisher(Protocol):
    """A pre-filter that has something to do once every filter let the mail pass, such as making a customer user."""

    def finish(self, mail: IncomingMail, context: Context, /) -> Filing:
        """Do it, in the transaction that files the mail; returns the filing as it stands then.

        Raises:
            BackendUnavailable, DeskUnavailable: the mail is taken up again later.
        """
        ...
