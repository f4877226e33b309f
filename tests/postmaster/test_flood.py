"""A flood of forged mail: it reaches nobody twice, and keeps nobody out who is proven."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.minidesk.models import Ticket
from tests.support.flood import flood
from tests.support.pace import slower

FORGED, NEWCOMERS, KNOWN = 1_000, 10, 100


@pytest.mark.django_db(transaction=True)
def test_under_a_flood_of_forged_mail_the_proven_are_answered_and_no_mailbox_gets_two_mails(
    tmp_path: Path, settings: Settings
) -> None:
    settings.OTALINK_MAIL_URL = (tmp_path / "outgoing").as_uri()
    seen = flood(FORGED, NEWCOMERS, KNOWN)
    assert len(seen.waits) == NEWCOMERS
    assert max(seen.waits) < 60 * slower()
    assert max(seen.mails_to.values()) == 1
    assert seen.forged_words == 0
    # Who was forged is told once, as far as the budget goes; and every mail is a ticket.
    assert len(seen.mails_to) > KNOWN + NEWCOMERS
    assert Ticket.objects.count() == FORGED + NEWCOMERS
