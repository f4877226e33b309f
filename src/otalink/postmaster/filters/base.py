"""What a pre-filter is: it looks at a mail before it is filed and lets it pass, changed or not, or stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from otalink.postmaster.mail import IncomingMail


@dataclass(frozen=True)
class Context:
    """What else is known of a mail. `automatic` says why no person seems to have written it, or is empty."""

    is_new_ticket: bool
    automatic: str


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
    """The mail is refused; its sender is told why."""

    reason: str


Verdict = Continue | Ignore | Reject


class PreFilter(Protocol):
    """A pre-filter; a setting `PostMaster::PreFilterModule###NNN-Name` names its class and holds its configuration."""

    def __init__(self, config: Mapping[str, Any]) -> None: ...

    def __call__(self, mail: IncomingMail, context: Context) -> Verdict:
        """Look at a mail.

        Raises:
            BackendUnavailable, DeskUnavailable: the mail is taken up again later.
        """
        ...
