"""What a pre-filter is: it looks at a mail before it is filed and lets it pass, changed or not, or stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from otalink.desk.types import Ticket
from otalink.mail.incoming import IncomingMail
from otalink.notifications.auto_replies import AutoReply
from otalink.postmaster.delivery import Delivery


@dataclass(frozen=True)
class Context:
    """What else is known of a mail. `automatic` says why no person seems to have written it, or is empty.

    `ticket` is the one that the mail continues.
    """

    is_new_ticket: bool
    automatic: str
    ticket: Ticket | None = None
    delivery: Delivery = field(default_factory=Delivery)


@dataclass(frozen=True)
class Continue:
    """The mail goes on, as it stands here."""

    mail: IncomingMail


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
