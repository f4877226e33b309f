"""The way of a link: what a look does not change, and what the button does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otalink.customers import directory
from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.limits.models import LimitCounter
from otalink.minidesk.models import Ticket as TicketRow
from otalink.notifications.models import OutboxMail
from otalink.portal import sessions
from otalink.portal.models import CustomerSession
from otalink.sysconfig import declarations
from otalink.tokens.issue import revoke
from otalink.tokens.models import AuditEntry, AuditEvent, Token, TokenState
from tests.portal.conftest import NewLink
from tests.support import make

pytestmark = pytest.mark.django_db

EXPIRED = declarations.MESSAGE_LINK_EXPIRED.default["en"]
WRONG_LINK = declarations.MESSAGE_WRONG_LINK.default["en"]
NEW_LINK = declarations.MESSAGE_NEW_LINK.default["en"]
REFRESH_FAILED = declarations.MESSAGE_REFRESH_FAILED.default["en"]


def test_a_look_at_a_link_shows_whose_ticket_it_is_and_one_button(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    response = client.get(new_link(ticket.number))

    page = response.content.decode()
    assert response.status_code == 200
    assert "Hello Ann" in page
    assert ticket.number in page
    assert "Printer" in page
    assert page.count("<button") == 1
    assert "csrfmiddlewaretoken" in page
    assert page.count("<script") == page.count("portal/once.js") == 1


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_a_link_many_times_leaves_it_working(
    client: Client, ticket: Ticket, new_link: NewLink, method: str
) -> None:
    link = new_link(ticket.number)
    for _ in range(5):
        assert getattr(client, method)(link).status_code == 200

    assert Token.objects.get().state == TokenState.ACTIVE
    assert not CustomerSession.objects.exists()
    assert not OutboxMail.objects.exists()
    assert sessions.COOKIE not in client.cookies
    assert client.post(link).status_code == 303


def test_a_look_is_written_to_the_audit_trail_with_the_client_s_address(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    link = new_link(ticket.number)
    client.get(link, HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9")
    client.head(link)

    opened = AuditEntry.objects.get(event=AuditEvent.OPENED)
    assert (opened.ticket_number, opened.client_ip) == (ticket.number, "203.0.113.9")


def test_a_link_s_page_is_kept_nowhere_and_told_to_nobody(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    link = new_link(ticket.number)
    for response in (client.get(link), client.post(link), client.get(link), client.get("/l/unknown")):
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]


def test_the_button_signs_in_and_leads_to_the_ticket(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    link = new_link(ticket.number)
    response = client.post(link)

    assert response.status_code == 303
    assert response["Location"] == f"/tickets/{ticket.number}"
    cookie = client.cookies[sessions.COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3_600
    assert not cookie["secure"]
    assert CustomerSession.objects.filter(digest=cookie.value).count() == 0, "the key itself is not stored"
    assert Token.objects.get().state == TokenState.REDEEMED
    assert client.get(response["Location"]).status_code == 200


def test_a_link_signs_in_once_and_then_brings_a_new_one_by_mail(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    link = new_link(ticket.number)
    client.post(link)
    other = Client()

    looked = other.get(link)
    assert "Send me a new link" in looked.content.decode()
    assert not OutboxMail.objects.exists(), "a look, also a scanner's, sends no mail"

    asked = other.post(link)
    assert NEW_LINK in asked.content.decode()
    assert sessions.COOKIE not in other.cookies
    mail = OutboxMail.objects.get()
    assert (mail.ticket_number, mail.customer_login) == (ticket.number, make.ANN)


def test_it_promises_a_new_link_only_when_one_is_truly_queued(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    link = new_link(ticket.number)
    client.post(link)
    for _ in range(rate_limits.REFRESH_PER_TICKET_AND_CUSTOMER.count):
        rate_limits.count(rate_limits.REFRESH_PER_TICKET_AND_CUSTOMER, f"{ticket.number}/{make.ANN}")
    for _ in range(rate_limits.REFRESH_PER_CUSTOMER.count):
        rate_limits.count(rate_limits.REFRESH_PER_CUSTOMER, make.ANN)

    page = Client().post(link).content.decode()

    assert REFRESH_FAILED.replace("'", "&#x27;") in page
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_link_points_to_the_newest_mail_while_a_newer_link_works(
    client: Client, ticket: Ticket, new_link: NewLink, method: str
) -> None:
    old, new = new_link(ticket.number), new_link(ticket.number)

    response = getattr(client, method)(old)

    assert response.status_code == 410
    assert WRONG_LINK in response.content.decode()
    assert not OutboxMail.objects.exists()
    assert client.post(new).status_code == 303


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "secret",
    [
        "A" * 43,
        "A" * 42,
        "A" * 44,
        "x",
        "",
        "a/b",
        "%00" * 43,
        "%F0%9F%94%91",
        "..%2Fadmin",
        "A" * 5_000,
        "%22%3E%3Cb%3E",
    ],
    ids=["unknown", "short", "long", "one", "empty", "slash", "nul", "emoji", "dots", "huge", "markup"],
)
def test_unknown_malformed_and_other_length_links_get_one_and_the_same_page(
    client: Client, ticket: Ticket, method: str, secret: str
) -> None:
    known_expired = client.get("/l/" + "B" * 43)
    response = getattr(client, method)(f"/l/{secret}")

    assert response.status_code == known_expired.status_code == 404
    assert response.content == known_expired.content
    assert EXPIRED in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_link_of_a_deleted_ticket_is_not_valid(
    client: Client, ticket: Ticket, new_link: NewLink, method: str
) -> None:
    link = new_link(ticket.number)
    TicketRow.objects.all().delete()
    response = getattr(client, method)(link)
    assert response.status_code == 404
    assert EXPIRED in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_link_of_a_disabled_customer_user_is_not_valid(
    client: Client, ticket: Ticket, new_link: NewLink, method: str
) -> None:
    link = new_link(ticket.number)
    directory.backend_of(make.ANN).set_valid(make.ANN, valid=False)
    response = getattr(client, method)(link)
    assert response.status_code == 404
    assert EXPIRED in response.content.decode()
    assert not CustomerSession.objects.exists()


def test_a_click_on_a_link_whose_time_is_over_is_in_the_audit_trail(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    link = new_link(ticket.number)
    make.close(ticket.number, timezone.now() - timedelta(days=15))
    client.get(link)
    assert not AuditEntry.objects.filter(event="expired").exists()
    assert client.post(link).status_code == 404
    assert AuditEntry.objects.get(event="expired").client_ip == "127.0.0.1"


def test_an_hour_of_looks_is_one_entry_in_the_audit_trail(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    link, now = new_link(ticket.number), timezone.now()
    for minutes in (0, 1, 59, 61):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            client.get(link)
    assert AuditEntry.objects.filter(event="opened").count() == 2


def test_access_by_link_ends_to_the_second(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    link, closed = new_link(ticket.number), timezone.now()
    make.close(ticket.number, closed)
    with time_machine.travel(closed + timedelta(days=14, seconds=-1), tick=False):
        assert client.get(link).status_code == 200
    with time_machine.travel(closed + timedelta(days=14), tick=False):
        assert client.post(link).status_code == 404
        assert Token.objects.get().state == TokenState.ACTIVE


def test_a_revoked_link_is_answered_like_a_used_one(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    link = new_link(ticket.number)
    revoke(ticket.number)
    assert NEW_LINK in client.post(link).content.decode()


def test_whoever_is_signed_in_just_gets_to_the_ticket_and_the_link_is_left_alone(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    client.post(new_link(ticket.number))
    newer = new_link(ticket.number)
    for response in (client.get(newer), client.post(newer)):
        assert response.status_code == 303
        assert response["Location"] == f"/tickets/{ticket.number}"
    assert Token.objects.get(state=TokenState.ACTIVE)
    assert CustomerSession.objects.count() == 1


def test_guessing_links_is_stopped_per_address_and_not_for_others(client: Client, ticket: Ticket) -> None:
    guesser = {"X-Forwarded-For": "203.0.113.9"}
    for _ in range(rate_limits.GUESS_PER_CLIENT.count):
        assert client.post("/l/" + "C" * 43, headers=guesser).status_code == 404
    assert client.post("/l/" + "C" * 43, headers=guesser).status_code == 429
    assert client.get("/l/" + "C" * 43, headers=guesser).status_code == 429
    assert client.post("/l/" + "C" * 43, HTTP_X_FORWARDED_FOR="203.0.113.10").status_code == 404


def test_somebody_elses_guessing_does_not_keep_a_colleague_with_a_good_link_out(
    client: Client, ticket: Ticket, new_link: NewLink
) -> None:
    office = {"X-Forwarded-For": "203.0.113.9"}
    for _ in range(rate_limits.GUESS_PER_CLIENT.count):
        client.post("/l/" + "C" * 43, headers=office)
    link = new_link(ticket.number)
    assert client.get(link, headers=office).status_code == 200
    assert client.post(link, headers=office).status_code == 303


def test_looking_at_unknown_links_counts_nothing(client: Client, ticket: Ticket) -> None:
    client.get("/l/" + "C" * 43)
    assert not LimitCounter.objects.exists()


def test_asking_for_new_links_is_limited_per_address(client: Client, ticket: Ticket, new_link: NewLink) -> None:
    link = new_link(ticket.number)
    client.post(link)
    for _ in range(rate_limits.REFRESH_PER_CLIENT.count):
        Client().post(link)
    assert Client().post(link).status_code == 429


def test_redeeming_costs_as_few_statements_as_it_can(
    client: Client, ticket: Ticket, new_link: NewLink, django_assert_max_num_queries: object
) -> None:
    link = new_link(ticket.number)
    client.head(link)  # settings, queues and who gets in by code alone are cached between requests
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        client.post(link)
    assert CustomerSession.objects.count() == 1
