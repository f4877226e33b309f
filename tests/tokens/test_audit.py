"""Every step of a link is in the audit trail."""

from __future__ import annotations

import pytest

from otalink.desk.types import Ticket
from otalink.tokens import issue
from tests.tokens.links import delivered, events

pytestmark = pytest.mark.django_db


def test_every_step_is_in_the_audit_trail(ticket: Ticket) -> None:
    delivered(ticket)
    delivered(ticket)
    issue.revoke(ticket.number)
    assert events(ticket) == ["issued", "sent", "issued", "sent", "superseded", "revoked"]
