"""Opening links: which one signs in, and how often."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from otalink.desk.types import Ticket
from otalink.sysconfig import store
from otalink.tokens import issue
from otalink.tokens.models import AuditEntry, Token
from otalink.tokens.redeem import Standing, inspect, redeem
from tests.support import make
from tests.support.make import ANN
from tests.support.together import together
from tests.tokens.links import delivered, events, secret_of

pytestmark = pytest.mark.django_db


def test_a_link_signs_in_once(ticket: Ticket) -> None:
    secret = delivered(ticket)
    first, second = redeem(secret, "192.0.2.7"), redeem(secret)
    assert (first.standing, first.ticket_number, first.customer_login) == (Standing.LIVE, ticket.number, ANN)
    assert second.standing is Standing.SPENT
    assert events(ticket)[-2:] == ["redeemed", "refused"]
    assert AuditEntry.objects.get(event="redeemed").client_ip == "192.0.2.7"


def test_inspecting_changes_nothing(ticket: Ticket) -> None:
    secret = delivered(ticket)
    before = (list(Token.objects.values()), AuditEntry.objects.count())
    for _ in range(5):
        assert inspect(secret).standing is Standing.LIVE
    assert (list(Token.objects.values()), AuditEntry.objects.count()) == before


def test_a_link_whose_delivery_nobody_confirmed_signs_in(ticket: Ticket) -> None:
    """Whoever holds it got the mail, whatever the mail server told us."""
    assert redeem(secret_of(issue.issue(ticket.number, ANN))).standing is Standing.LIVE


def test_an_old_link_is_refused_while_a_newer_one_works(ticket: Ticket) -> None:
    old, new = delivered(ticket), delivered(ticket)
    assert redeem(old).standing is Standing.REPLACED
    assert redeem(new).standing is Standing.LIVE
    assert redeem(old).standing is Standing.SPENT


@pytest.mark.parametrize(
    "secret", ["", "x", "A" * 42, "A" * 43, "A" * 44, "A" * 42 + "%", "A" * 10_000, "\x00" * 43, "ä" * 43]
)
def test_unknown_and_malformed_tokens_are_not_valid(ticket: Ticket, secret: str) -> None:
    delivered(ticket)
    assert inspect(secret).standing is redeem(secret).standing is Standing.INVALID


@given(st.text(max_size=60))
def test_no_text_at_all_opens_a_ticket(secret: str) -> None:
    assert inspect(secret).standing is Standing.INVALID


def test_an_unknown_token_costs_the_same_queries_as_an_expired_one(
    ticket: Ticket, django_assert_num_queries: object
) -> None:
    secret = delivered(ticket)
    make.close(ticket.number, datetime(2020, 1, 1, tzinfo=UTC))
    store.stored_values()
    counts = []
    for tried in (secret, "A" * 43):
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        assert inspect(tried).standing is Standing.INVALID
        counts.append(len(connection.queries_log) - before)
        connection.force_debug_cursor = False
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_of_many_simultaneous_redemptions_exactly_one_succeeds() -> None:
    make.customer()
    ticket = make.ticket()
    for _ in range(5):
        secret = delivered(ticket)
        standings = together(8, lambda _, secret=secret: redeem(secret).standing)  # type: ignore[misc]
        assert sorted(s.name for s in standings) == ["LIVE"] + ["SPENT"] * 7


def test_a_link_is_not_spent_when_what_follows_fails(ticket: Ticket) -> None:
    secret = delivered(ticket)

    def fail(_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        redeem(secret, and_then=fail)
    assert inspect(secret).standing is Standing.LIVE
