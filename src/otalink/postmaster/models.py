"""The records of mail intake, where Django looks for them; everybody else imports each from its own module."""

from __future__ import annotations

from otalink.postmaster.accounts.models import MailAccount
from otalink.postmaster.accounts.remembered import RememberedMail
from otalink.postmaster.claim import Claim
from otalink.postmaster.journal_entry import JournalEntry
from otalink.postmaster.not_accepted import NotAcceptedName

__all__ = ["Claim", "JournalEntry", "MailAccount", "NotAcceptedName", "RememberedMail"]
