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
    ANSWERED = "refused with an answer"
    QUARANTINED = "quarantined"
    TRY_LATER = "try later"


@dataclass(frozen=True)
class Envelope:
    """What the mail's transport said: the sender (empty for bounces, None where nobody said) and the recipients.

    `queue` is where the mail account files new tickets; empty where that follows from the mail. `source` says in a word
    or two how the mail came. `client` is the IP address of the host that handed it in from outside, and `helo` its name
    for itself; both are empty where a server of ours stood in between. `vouched` is whether an operator lets the
    mail in. `archived` is whether it is old mail: nobody is answered, and the limits on new customer users neither hold
    for it nor count it.
    """

    mail_from: str | None = None
    recipients: tuple[str, ...] = ()
    queue: str = ""
    source: str = ""
    client: str = ""
    helo: str = ""
    vouched: bool = False
    archived: bool = False


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
