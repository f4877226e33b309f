"""Whoever comes beyond the limits waits, and nobody else."""

from __future__ import annotations

import pytest

from otalink.customers import pending
from otalink.customers.models import PendingSender
from otalink.minidesk.models import Ticket
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import run
from tests.customers.newcomers import limit, logins, write
from tests.postmaster.builders import mail
from tests.support import make

pytestmark = pytest.mark.django_db


def test_beyond_the_hourly_limit_the_ticket_is_made_and_the_account_and_the_answer_wait() -> None:
    limit(hour=2)
    results = write("a@x.example", "b@y.example", "c@z.example")
    assert logins() == ["a@x.example", "b@y.example"]
    ticket = Ticket.objects.get(number=results[2].ticket)
    assert (ticket.customer_login, ticket.articles.get().from_address) == ("c@z.example", "c@z.example")
    feed()
    assert set(OutboxMail.objects.values_list("ticket_number", flat=True)) == {r.ticket for r in results[:2]}
    waiting = pending.find(ticket.number)
    assert waiting is not None
    assert "within an hour" in waiting.reason


def test_somebody_known_is_never_held_back() -> None:
    limit(hour=1)
    write("a@x.example", "a@x.example", "A@x.example")
    assert not PendingSender.objects.exists()


def test_no_header_can_hold_a_sender_back_or_choose_their_backend() -> None:
    run(mail("Hello", "X-OTOBO-HoldReason: because", "X-OTOBO-HoldBackend: Other"), Delivery(trusted=True))
    assert logins() == [make.ANN]
    assert not PendingSender.objects.exists()
