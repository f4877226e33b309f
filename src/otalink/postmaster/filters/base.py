"""What a pre-filter is: it looks at a mail before it is filed and lets it pass, changed or not, or stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from otalink.desk.types import Ticket
from otalink.mail.incoming import IncomingMail
from otalink.notifications.auto_replies import Answer
from otalink.postmaster.outcome import Envelope


@dataclass(frozen=True)
class Context:
    """What else is known of a mail. `automatic` says why no person seems to have written it, or is empty.

    `ticket` is the one that the mail continues.
    """

    is_new_ticket: bool
    automatic: str
    ticket: Ticket | None = None
    envelope: Envelope = field(default_factory=Envelope)


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
    """The mail is refused. With an `answer` we take it and write to its sender; else its source is told why."""

    reason: str
    answer: Answer | None = None


Verdict = Continue | Ignore | Reject


class PreFilter(Protocol):
    """A pre-filter; a setting `PostMaster::PreFilterModule###NNN-Name` names its class and holds its configuration.

    A class that operators may choose has `KEYS`, a mapping of the names its configuration has beside `Module` to
    `otalink.sysconfig.patterns.Key`. Its constructor may raise `InvalidValue` for what does not go together.
    """

    def __init__(self, config: Mapping[str, Any]) -> None: ...

    def __call__(self, mail: IncomingMail, context: Context, /) -> Verdict:
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
