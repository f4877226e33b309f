"""How a mail's way ends, and what its source knows beside the mail itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a mail. All but `REJECTED` and `TRY_LATER` mean that we are responsible for it now."""

    NEW_TICKET = "new ticket"
    FOLLOW_UP = "follow-up"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    TRY_LATER = "try later"


@dataclass(frozen=True)
class Envelope:
    """What the mail's transport said: the sender (empty for bounces, None where nobody said) and the recipients."""

    mail_from: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """The outcome, with the number of the ticket, the login of its customer user and a reason where there are any."""

    outcome: Outcome
    ticket: str = ""
    customer_user: str = ""
    reason: str = ""
