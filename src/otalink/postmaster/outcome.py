"""How a mail's way ends."""

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
    AUTO_REPLIED = "refused with an auto-reply"
    QUARANTINED = "quarantined"
    TRY_LATER = "try later"


@dataclass(frozen=True)
class Result:
    """The outcome, with the number of the ticket, the login of its customer user and a reason where there are any.

    `acted` names the pre-filters that changed or stopped the mail, `quarantine_id` where it lies if it does.
    """

    outcome: Outcome
    ticket: str = ""
    customer_user: str = ""
    reason: str = ""
    acted: tuple[str, ...] = ()
    quarantine_id: str = ""
