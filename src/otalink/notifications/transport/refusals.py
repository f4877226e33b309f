"""What a mail server's no is about: the recipient, their mailbox, the size, or the host and everybody's mail.

When in doubt it is the host's: its refusals are kept and tried again, and an answer that waits is better than one lost.
"""

from __future__ import annotations

import re
from enum import Enum, IntEnum

from otalink.mail.refusals import Cause, cause_of


class Stage(IntEnum):
    """How far a talk had come; what fails sooner (connecting, signing in) is the host's without a look at the words."""

    SENDER = 1
    RECIPIENT = 2
    CONTENT = 3


class Fault(Enum):
    """`RECIPIENT`: the address is wrong for good. `MAILBOX`: it may be right, and takes nothing now. `SIZE`, `HOST`."""

    RECIPIENT = "recipient"
    MAILBOX = "mailbox"
    SIZE = "size"
    HOST = "host"


_FAULTS = {
    Cause.ADDRESS: Fault.RECIPIENT,
    Cause.MAILBOX_FULL: Fault.MAILBOX,
    Cause.SIZE: Fault.SIZE,
    Cause.POLICY: Fault.HOST,
    Cause.HOST: Fault.HOST,
}
# The status of RFC 3463 stands at the beginning, or as "(#5.1.1)" at the end.
_STATUS = re.compile(r"(?:^|[(#])\s*([45]\.\d{1,3}\.\d{1,3})(?![.\d])")
# Before its words, which are about the domain where a relay says that there is none: it takes the mail of others.
_BY_STATUS = (
    (r"5\.1\.(1|2|3|6|10)", Fault.RECIPIENT),  # no such mailbox or domain, bad syntax, moved, takes no mail at all
    (r"5\.2\.1", Fault.RECIPIENT),  # disabled
    (r"4\.1\.[12]|5\.4\.1", Fault.MAILBOX),  # not verified now; Exchange's "Access denied" of one recipient
    (r"[45]\.(2\.3|3\.4)", Fault.SIZE),
    (r"[45]\.1\.[78]", Fault.HOST),  # the sender's address
    (r"[45]\.[367]\.\d+", Fault.HOST),  # its system, the content, security and policy
)
# Servers say so under many a status; it is about this sender and this recipient, and over in minutes.
_GREYLISTED = re.compile(r"gr[ae]y-?list", re.IGNORECASE)
_VAGUE = re.compile(r"[45]\.[124]\.\d+")
# Of those that name no reason, what RFC 5321 gives as "mailbox busy", "mailbox unavailable" and "mailbox full".
_MAILBOX_CODES = {450, 552}


def fault_of(stage: Stage, code: int, text: str) -> Fault:
    """What a refusal is about; `code` is the reply's (-1 if it was none), `text` what follows it."""
    found = _STATUS.search(text)
    status = found[1] if found else ""
    said = next((fault for pattern, fault in _BY_STATUS if re.fullmatch(pattern, status)), None)
    known = said or _FAULTS.get(cause_of(text))
    if _GREYLISTED.search(text):
        return Fault.MAILBOX
    if stage < Stage.RECIPIENT:
        # A server that is told the size says no to it here; whatever else it says is about us.
        return Fault.SIZE if known is Fault.SIZE or (stage is Stage.SENDER and code == 552) else Fault.HOST
    if known is Fault.RECIPIENT and code < 500:
        return Fault.MAILBOX
    if known:
        return known
    if stage is Stage.RECIPIENT and (_VAGUE.fullmatch(status) or code in _MAILBOX_CODES):
        return Fault.MAILBOX
    return Fault.SIZE if code == 552 else Fault.HOST
