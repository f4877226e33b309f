"""Who may enter a ticket, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from otalink.customers import directory
from otalink.desk.types import Ticket
from otalink.minidesk.models import Ticket as TicketRecord
from otalink.sysconfig import store
from otalink.tokens import issue
from otalink.tokens.models import Token
from otalink.tokens.redeem import Standing, inspect, redeem
from tests.support import make
from tests.support.make import ANN
from tests.tokens.links import delivered, secret_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def test_access_ends_exactly_so_many_days_after_the_close(ticket: Ticket) -> None:
    secret = delivered(ticket)
    make.close(ticket.number, NOW)
    Token.objects.update(created=NOW)
    with time_machine.travel(NOW + timedelta(days=14) - timedelta(seconds=1), tick=False):
        assert inspect(secret).standing is Standing.LIVE
    with time_machine.travel(NOW + timedelta(days=14), tick=False):
        assert redeem(secret).standing is Standing.INVALID


def test_access_counts_from_the_close_not_from_the_last_change(ticket: Ticket) -> None:
    secret = delivered(ticket)
    make.close(ticket.number, NOW)
    Token.objects.update(created=NOW)
    TicketRecord.objects.update(changed=NOW + timedelta(days=10))
    with time_machine.travel(NOW + timedelta(days=15), tick=False):
        assert inspect(secret).standing is Standing.INVALID


def test_zero_days_end_access_at_the_close(ticket: Ticket) -> None:
    secret = delivered(ticket)
    store.set_value("OneTimeAuth::AccessDaysAfterClose", "0")
    make.close(ticket.number)
    assert inspect(secret).standing is Standing.INVALID


@pytest.mark.parametrize("state", ["removed", "merged", "closed unsuccessful"])
def test_every_final_state_ends_access(ticket: Ticket, state: str) -> None:
    secret = delivered(ticket)
    make.close(ticket.number, datetime(2020, 1, 1, tzinfo=UTC), state)
    assert inspect(secret).standing is Standing.INVALID


def test_a_ticket_opened_again_lets_its_customer_in(ticket: Ticket) -> None:
    secret = delivered(ticket)
    make.close(ticket.number, datetime(2020, 1, 1, tzinfo=UTC))
    make.close(ticket.number, state="open")
    assert inspect(secret).standing is Standing.LIVE


def test_a_link_grows_old_while_its_ticket_stays_open(ticket: Ticket) -> None:
    secret = delivered(ticket)
    Token.objects.update(created=NOW)
    with time_machine.travel(NOW + timedelta(days=90) - timedelta(seconds=1), tick=False):
        assert inspect(secret).standing is Standing.LIVE
    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        assert redeem(secret).standing is Standing.SPENT
    store.set_value("OneTimeAuth::MaxLinkAgeDays", 365)
    with time_machine.travel(NOW + timedelta(days=364), tick=False):
        assert inspect(secret).standing is Standing.LIVE


def test_a_newer_link_that_grew_old_too_is_no_newer_link(ticket: Ticket) -> None:
    old = delivered(ticket)
    delivered(ticket)
    Token.objects.update(created=NOW)
    with time_machine.travel(NOW + timedelta(days=100), tick=False):
        assert inspect(old).standing is Standing.SPENT


def test_a_deleted_ticket_lets_nobody_in(ticket: Ticket) -> None:
    secret = delivered(ticket)
    TicketRecord.objects.all().delete()
    assert redeem(secret).standing is Standing.INVALID


def test_a_disabled_or_deleted_customer_user_does_not_come_in(ticket: Ticket) -> None:
    secret = delivered(ticket)
    directory.backend_of(ANN).set_valid(ANN, valid=False)
    assert redeem(secret).standing is Standing.INVALID
    directory.backend_of(ANN).set_valid(ANN, valid=True)
    assert inspect(secret).standing is Standing.LIVE
    directory.backend_of(ANN).delete(ANN)
    assert redeem(secret).standing is Standing.INVALID


def test_a_link_of_somebody_who_neither_has_the_ticket_nor_takes_part_lets_nobody_in(ticket: Ticket) -> None:
    make.customer("bob@x.example", "Bob", "Ray")
    secret = secret_of(issue.issue(ticket.number, "bob@x.example"))
    assert inspect(secret).standing is Standing.INVALID
    make.participant(ticket.number, "bob@x.example")
    assert redeem(secret).standing is Standing.LIVE
