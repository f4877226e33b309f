"""The records of mail intake, where Django looks for them; everybody else imports each from its own module."""

from __future__ import annotations

from otalink.postmaster.accounts.models import MailAccount
from otalink.postmaster.claim import Claim
from otalink.postmaster.journal_entry import JournalEntry

__all__ = ["Claim", "JournalEntry", "MailAccount"]
