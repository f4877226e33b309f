"""Links that the add-on mailed go on working, once, and never stand here readable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from otalink.notifications.models import OutboxMail
from otalink.otobo.importing import tokens
from otalink.tokens import issue
from otalink.tokens.models import AuditEntry, Token, TokenState
from otalink.tokens.redact import without_secrets
from tests.otobo.fake import agents
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.importing.conftest import AddToken
from tests.support import make

pytestmark = pytest.mark.django_db


def take() -> tokens.Counts:
    return tokens.take(lambda _done: None)


def old_link(number: str, token: str) -> str:
    return f"/otobo/customer.pl?Action=CustomerTicketZoom;TicketNumber={number};OTAToken={token}"


def test_a_link_of_the_add_on_opens_its_ticket_once(add_token: AddToken, ticket: Filed) -> None:
    token = add_token(ticket.number)
    assert take().taken_active == 1
    client = Client()
    path = client.get(old_link(ticket.number, token))["Location"]
    assert path == f"/l/{token}"
    for _ in range(3):  # a scanner that looks at it burns nothing
        assert client.get(path).status_code == 200
    opened = client.post(path)
    assert (opened.status_code, opened["Location"]) == (303, f"/tickets/{ticket.number}")
    assert Client().post(path).status_code != 303


def test_a_used_one_brings_a_new_link_by_mail(add_token: AddToken, ticket: Filed) -> None:
    token = add_token(ticket.number, used=1)
    take()
    page = Client().post(f"/l/{token}")
    assert page.status_code == 200
    assert OutboxMail.objects.filter(ticket_number=ticket.number, customer_login=make.ANN).count() == 1


def test_a_used_one_points_to_the_newer_where_there_is_one(add_token: AddToken, ticket: Filed) -> None:
    old = add_token(ticket.number, used=1, age=timedelta(days=2))
    add_token(ticket.number)
    take()
    assert Client().post(f"/l/{old}").status_code == 410
    assert not OutboxMail.objects.exists()


def test_one_that_we_have_replaced_since_is_no_live_link(add_token: AddToken, ticket: Filed) -> None:
    issue.mark_delivered(issue.issue(ticket.number, make.ANN).id)
    token = add_token(ticket.number)
    assert take().taken_active == 0
    assert Client().post(f"/l/{token}").status_code == 410


def test_only_digests_are_kept(add_token: AddToken, ticket: Filed) -> None:
    token = add_token(ticket.number)
    take()
    (kept,) = Token.objects.all()
    assert kept.digest == issue.digest_of(token)
    assert (kept.customer_login, kept.state, kept.code) == (make.ANN, TokenState.ACTIVE, "")
    assert not Token.objects.filter(digest__contains=token).exists()
    assert AuditEntry.objects.get().token_id == kept.pk


def test_who_quotes_the_old_mail_quotes_no_link(add_token: AddToken, ticket: Filed) -> None:
    link = old_link(ticket.number, add_token(ticket.number))
    take()
    assert without_secrets(f"> {link}") == f"> {link[:-24]}***"


def test_to_do_it_again_changes_nothing(add_token: AddToken, ticket: Filed) -> None:
    token = add_token(ticket.number)
    take()
    Client().post(f"/l/{token}")
    again = take()
    assert (again.found, again.taken, again.there_already) == (1, 0, 1)
    assert Token.objects.get().state == TokenState.REDEEMED


def test_links_of_tickets_that_let_nobody_in_stay_behind(
    add_on: Otobo, add_token: AddToken, ticket: Filed, settings: object
) -> None:
    add_token("2020010110000001")
    live = add_token(ticket.number)
    counts = take()
    assert (counts.of_ended_tickets, counts.taken) == (1, 1)
    agents.close(add_on, ticket)
    assert Client().get(f"/l/{live}").status_code == 200


def test_rows_that_are_no_links_are_counted(add_on: Otobo, add_token: AddToken, ticket: Filed) -> None:
    add_token(ticket.number, user="")
    add_token("no number")
    add_on.database.run("UPDATE ota_tokens SET token = 'short' WHERE ticket_number = 'no number'")
    counts = take()
    assert (counts.found, counts.broken, counts.taken) == (2, 2, 0)


def test_the_case_of_a_login_does_not_count(add_token: AddToken, ticket: Filed) -> None:
    token = add_token(ticket.number, user="Ann@Customer.Example")
    take()
    assert Client().post(f"/l/{token}").status_code == 303
