"""Making links, and what becomes of the older ones."""

from __future__ import annotations

import pytest
from django.db import connection

from otalink.desk.types import Ticket
from otalink.tokens import issue
from otalink.tokens.models import Token, TokenState
from otalink.tokens.redeem import Standing, inspect
from tests.support import make
from tests.support.make import ANN
from tests.tokens.links import delivered, secret_of

pytestmark = pytest.mark.django_db


def test_a_link_has_256_random_bits_and_starts_with_the_base_url(ticket: Ticket) -> None:
    secrets = {secret_of(issue.issue(ticket.number, ANN)) for _ in range(50)}
    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {43}
    assert issue.issue(ticket.number, ANN).url.startswith("http://127.0.0.1:8000/l/")


def test_the_database_holds_no_token(ticket: Ticket) -> None:
    secret = delivered(ticket)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert secret not in repr(cursor.fetchall())


def test_a_link_that_was_not_delivered_replaces_nothing(ticket: Ticket) -> None:
    old = delivered(ticket)
    issue.issue(ticket.number, ANN)
    assert inspect(old).standing is Standing.LIVE


def test_the_newest_delivered_link_supersedes_the_older(ticket: Ticket) -> None:
    old, new = delivered(ticket), delivered(ticket)
    assert inspect(old).standing is Standing.REPLACED
    assert inspect(new).standing is Standing.LIVE


def test_a_late_delivery_does_not_supersede_a_newer_link(ticket: Ticket) -> None:
    slow = issue.issue(ticket.number, ANN)
    new = delivered(ticket)
    issue.mark_delivered(slow.id)
    assert inspect(new).standing is Standing.LIVE


def test_links_of_other_people_and_other_tickets_stay(ticket: Ticket) -> None:
    make.customer("bob@x.example", "Bob", "Ray")
    make.participant(ticket.number, "bob@x.example")
    other = make.ticket()
    kept = [delivered(ticket, "bob@x.example"), delivered(other)]
    delivered(ticket)
    assert [inspect(secret).standing for secret in kept] == [Standing.LIVE, Standing.LIVE]


def test_a_refused_mail_leaves_the_older_link_working(ticket: Ticket) -> None:
    old = delivered(ticket)
    refused = issue.issue(ticket.number, ANN)
    issue.withdraw(refused.id)
    assert inspect(old).standing is Standing.LIVE
    assert inspect(secret_of(refused)).standing is Standing.REPLACED


def test_a_revoked_link_lets_nobody_in(ticket: Ticket) -> None:
    make.customer("bob@x.example", "Bob", "Ray")
    make.participant(ticket.number, "bob@x.example")
    anns, bobs = delivered(ticket), delivered(ticket, "bob@x.example")
    assert issue.revoke(ticket.number, ANN) == 1
    assert (inspect(anns).standing, inspect(bobs).standing) == (Standing.SPENT, Standing.LIVE)
    assert issue.revoke(ticket.number) == 1
    assert issue.revoke(ticket.number) == 0


def test_delivering_a_token_that_is_gone_is_no_error(ticket: Ticket) -> None:
    issued = issue.issue(ticket.number, ANN)
    Token.objects.all().delete()
    issue.mark_delivered(issued.id)
    issue.withdraw(issued.id)


def test_delivery_does_not_bring_a_used_link_back(ticket: Ticket) -> None:
    issued = issue.issue(ticket.number, ANN)
    Token.objects.filter(pk=issued.id).update(state=TokenState.REDEEMED)
    issue.mark_delivered(issued.id)
    assert Token.objects.get(pk=issued.id).state == TokenState.REDEEMED
