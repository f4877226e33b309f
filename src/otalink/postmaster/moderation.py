"""Who must wait for an agent, and why: the ticket is made, the account and the answer to its author are not yet.

Spam is what the spam filter in front of us marked. Whoever forges such marks only makes themself wait.
"""

from __future__ import annotations

import re

from otalink.customers import pending, provisional
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.authentication import permissions
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.filing import Filing
from otalink.postmaster.senders import newcomer

_MARKS = ("x-spam-flag", "x-spam-status", "x-spam")
_NOBODY = ("noreply", "donotreply", "nichtantworten")


def why_no_account(mail: IncomingMail, delivery: Delivery) -> str:
    """Why the author of a mail, whom nobody knows yet, must wait for an agent; empty where not."""
    return (
        permissions.why_no_account(mail, delivery)
        or _why_not_a_person(mail)
        or (
            ""
            if delivery.archived
            else provisional.refusal(mail.author_address, proven=permissions.is_proven(mail, delivery))
        )
    )


def note(ticket_number: str, mail: IncomingMail, filing: Filing) -> None:
    """Note who waits on the ticket that a mail opened; a robot waits for nothing.

    Where the desk opens it later, the number is empty: whoever sees it then looks again.
    """
    if ticket_number and filing.hold and mail.author_address and not mail.automatic:
        pending.add(ticket_number, filing.newcomer or newcomer(mail), filing.hold)


def _why_not_a_person(mail: IncomingMail) -> str:
    if any(mail.headers.text(mark).strip().lower().startswith("yes") for mark in _MARKS):
        return "marked as spam"
    name = re.sub(r"[-_.+]", "", mail.author_address.rpartition("@")[0]).lower()
    return "nobody reads mail to that address" if name.startswith(_NOBODY) or name.endswith(_NOBODY) else ""
