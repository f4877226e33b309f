"""One cron task, a moment, and what the task deletes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from otalink.tokens.issue import issue
from tests.support import make
from tests.support.make import ANN

NAME = "DeleteExpiredOTATokens"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def expired_token() -> None:
    """A link to a ticket whose access is over."""
    ticket = make.ticket()
    issue(ticket.number, ANN)
    make.close(ticket.number, timezone.now() - timedelta(days=15))
