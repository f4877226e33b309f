"""Senders who get no account and no answer without an agent's word: marked spam, and addresses that nobody reads.

The marks are the spam filter's in front of us. Whoever forges them only makes themself wait.
"""

from __future__ import annotations

import re

from otalink.mail.incoming import IncomingMail

_MARKS = ("x-spam-flag", "x-spam-status", "x-spam")
_NOBODY = ("noreply", "donotreply", "nichtantworten")


def why_no_account(mail: IncomingMail) -> str:
    """Why the author of a mail must wait for an agent; empty where not."""
    if any(mail.headers.text(mark).strip().lower().startswith("yes") for mark in _MARKS):
        return "marked as spam"
    name = re.sub(r"[-_.+]", "", mail.author_address.rpartition("@")[0]).lower()
    return "nobody reads mail to that address" if name.startswith(_NOBODY) or name.endswith(_NOBODY) else ""
