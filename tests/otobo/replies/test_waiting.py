"""What an operator reads of replies that OTOBO does not take."""

from __future__ import annotations

import pytest

from otalink.otobo.desk import OtoboDesk
from tests.otobo import support
from tests.otobo.fake import mails
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return [line for line in OtoboDesk().problems() if "waits for OTOBO" in line]


def test_replies_that_otobo_refuses_are_named_until_it_takes_them(otobo: Otobo, beside: Rest) -> None:
    tickets = [mails.new_ticket(otobo), mails.new_ticket(otobo)]
    beside.agent.everywhere = frozenset({"ro"})
    for ticket in tickets:
        support.write(ticket)
    support.file_all()
    assert told() == []  # it may pass by itself
    for _ in range(3):
        support.later()
    (line,) = told()
    assert line.startswith(f"what was written on ticket {tickets[0].number} and 1 more waits for OTOBO since ")
    assert "TicketUpdate.AccessDenied" in line
    beside.agent.everywhere = frozenset({"ro", "note"})
    support.later()
    assert told() == []
    assert [len(support.customer_articles(otobo, ticket)) for ticket in tickets] == [1, 1]
