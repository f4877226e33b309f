"""How a mail came: what its source knows beside the mail itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Delivery:
    """What the mail's transport said: the sender (empty for bounces, None where nobody said) and the recipients.

    `queue` is where the mail account files new tickets; empty where that follows from the mail. `source` says in a word
    or two how the mail came. `client_ip` is that of the host that handed it in from outside, and `helo` its name
    for itself; both are empty where a server of ours stood in between.

    `trusted` is whether the mail's X-OTOBO-* headers may be believed, `vouched` whether an operator lets the mail in.
    `archived` is whether it is old mail: nobody is mailed about it, and the limits on new customer users neither hold
    for it nor count it.

    `arrived` is when the mail came into the mailbox that it was fetched from, `taken` when we first had it; both are
    None where nobody said. `any_age` is whether it is answered however old it is.
    """

    mail_from: str | None = None
    recipients: tuple[str, ...] = ()
    queue: str = ""
    source: str = ""
    client_ip: str = ""
    helo: str = ""
    trusted: bool = False
    vouched: bool = False
    archived: bool = False
    arrived: datetime | None = None
    taken: datetime | None = None
    any_age: bool = False
