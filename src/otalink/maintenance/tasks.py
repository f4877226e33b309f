"""The functions that cron tasks call."""

from __future__ import annotations

from otalink.limits import rate_limits
from otalink.maintenance import unused
from otalink.portal import sessions
from otalink.postmaster import deferrals, journal
from otalink.tokens import profiles, purge


def delete_expired_ota_tokens() -> dict[str, int]:
    """Delete the tokens of tickets that let nobody in any more, sessions that are over, and rate limits long past.

    Raises:
        DeskUnavailable
    """
    deleted = purge.purge()
    sessions.purge()
    rate_limits.purge()
    profiles.purge()
    return {"deleted": deleted}


def delete_unused_customer_users() -> dict[str, int]:
    """Delete the customer users whom a mail made and nobody needs.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    return {"deleted": unused.purge()}


def delete_old_journal_entries() -> dict[str, int]:
    """Delete what the journal of mail has remembered long enough, and the notes of mail that was tried in vain."""
    deferrals.purge()
    return {"deleted": journal.purge()}
