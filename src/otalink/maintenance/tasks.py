"""The functions that cron tasks call."""

from __future__ import annotations

from otalink.portal import sessions
from otalink.tokens import limits, purge


def delete_expired_ota_tokens() -> dict[str, int]:
    """Delete the tokens of tickets that let nobody in any more, sessions that are over, and rate limits long past.

    Raises:
        DeskUnavailable
    """
    deleted = purge.purge()
    sessions.purge()
    limits.purge()
    return {"deleted": deleted}
