"""How a source says no; this module needs nothing that is set up first."""

from __future__ import annotations


class SourceFailure(Exception):
    """A mail account cannot be fetched from now; the text says why in plain words."""


class MailboxFull(SourceFailure):
    """Filed mail cannot be moved, since the mailbox has no room for it; whatever else there is can be read."""
