"""The code of a link mail on the pages of its link, beside a button that somebody or something else has pressed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.minidesk.desk import MiniDesk
from otalink.notifications.models import OutboxMail
from otalink.portal import sessions
from otalink.portal.models import CustomerSession
from otalink.sysconfig import declarations
from otalink.tokens.models import AuditEntry, RecipientProfile, Token
from tests.portal.conftest import NewMail
from tests.support import make
from tests.support.together import together
from tests.tokens.test_redeem_code import other_than

pytestmark = pytest.mark.django_db

NEW_LINK = declarations.MESSAGE_NEW_LINK.default["en"]
WRONG_LINK = declarations.MESSAGE_WRONG_LINK.default["en"]
REFRESH_FAILED = declarations.MESSAGE_REFRESH_FAILED.default["en"].replace("'", "&#x27;")


def is_in(browser: Client, ticket: Ticket) -> bool:
    return browser.get(f"/tickets/{ticket.number}").status_code == 200


def pressed(link: str) -> Client:
    """A scanner, or another browser, that pressed the button."""
    browser = Client()
    assert browser.post(link).status_code == 303
    return browser


@pytest.mark.parametrize("before", ["live", "pressed", "replaced"])
def test_every_page_of_a_link_has_a_field_for_the_code_and_it_signs_in(
    client: Client, ticket: Ticket, new_mail: NewMail, before: str
) -> None:
    link, code = new_mail(ticket.number)
    if before == "pressed":
        pressed(link)
    if before == "replaced":
        new_mail(ticket.number)
    assert 'name="code"' in client.get(link).content.decode()
    response = client.post(link, {"code": code})
    assert (response.status_code, response["Location"]) == (303, f"/tickets/{ticket.number}")
    assert is_in(client, ticket)


def test_the_code_ends_the_session_that_the_button_of_the_same_mail_started(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, code = new_mail(ticket.number)
    scanner = pressed(link)
    assert is_in(scanner, ticket)
    client.post(link, {"code": code})
    assert is_in(client, ticket)
    assert not is_in(scanner, ticket)
    assert CustomerSession.objects.count() == 1


def test_it_ends_that_session_too_when_it_went_on_with_another_tickets_link(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, code = new_mail(ticket.number)
    other = make.ticket()
    scanner = pressed(link)
    assert scanner.post(new_mail(other.number)[0]).status_code == 303
    client.post(link, {"code": code})
    assert not is_in(scanner, ticket)
    assert not is_in(scanner, other)


def test_sessions_from_other_mails_stay(client: Client, ticket: Ticket, new_mail: NewMail) -> None:
    other = make.ticket()
    phone = pressed(new_mail(other.number)[0])
    link, code = new_mail(ticket.number)
    pressed(link)
    client.post(link, {"code": code})
    assert is_in(phone, other)


def test_after_the_code_neither_button_nor_code_of_that_mail_signs_in(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, code = new_mail(ticket.number)
    client.post(link, {"code": code})
    other = Client()
    assert other.post(link, {"code": code}).status_code == 410
    other.post(link)
    assert sessions.COOKIE not in other.cookies
    assert 'name="code"' not in other.get(link).content.decode()


def test_whoever_is_signed_in_by_the_button_leaves_the_code_for_the_second_device(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, code = new_mail(ticket.number)
    client.post(link)
    assert client.post(link, {"code": code}).status_code == 303
    phone = Client()
    assert phone.post(link, {"code": code}).status_code == 303
    assert is_in(phone, ticket)
    assert not is_in(client, ticket), "one mail is one session"


def test_a_wrong_code_is_told_and_ends_nothing(client: Client, ticket: Ticket, new_mail: NewMail) -> None:
    link, code = new_mail(ticket.number)
    scanner = pressed(link)
    response = client.post(link, {"code": other_than(code)})
    assert response.status_code == 403
    assert "does not fit" in response.content.decode()
    assert is_in(scanner, ticket)


def test_a_form_filled_with_anything_presses_no_button_and_costs_no_try(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, code = new_mail(ticket.number)
    for text in ("test", "a@x.example", "1"):
        assert client.post(link, {"code": text}).status_code == 403
    assert (Token.objects.get().state, Token.objects.get().code_tries) == ("active", 0)
    assert client.post(link, {"code": code}).status_code == 303


def test_too_many_codes_are_told_and_a_new_link_is_offered(client: Client, ticket: Ticket, new_mail: NewMail) -> None:
    link, code = new_mail(ticket.number)
    pressed(link)
    for _ in range(5):
        response = client.post(link, {"code": other_than(code)})
    page = response.content.decode()
    assert response.status_code == 410
    assert "no longer valid" in page
    assert 'name="code"' not in page
    assert NEW_LINK in client.post(link, {"new": "1"}).content.decode()


def test_typing_codes_at_an_unknown_link_is_guessing(client: Client, ticket: Ticket) -> None:
    for _ in range(rate_limits.GUESS_PER_CLIENT.count):
        assert client.post("/l/" + "C" * 43, {"code": "1234-5678"}).status_code == 404
    assert client.post("/l/" + "C" * 43, {"code": "1234-5678"}).status_code == 429


@pytest.mark.parametrize("before", ["used", "replaced", "too old", "revoked"])
def test_each_link_helps_to_its_own_ticket(client: Client, ticket: Ticket, new_mail: NewMail, before: str) -> None:
    """Of three tickets, the first's link brings a link to the first, whatever changed last."""
    link, _ = new_mail(ticket.number)
    others = [make.ticket() for _ in range(2)]
    now = timezone.now()
    if before == "used":
        pressed(link)
    if before == "replaced":
        new_mail(ticket.number)
    if before == "revoked":
        Token.objects.update(state="revoked", code="")
    MiniDesk().add_follow_up(others[1].number, make.draft("newest"))
    with time_machine.travel(now + timedelta(days=91 if before == "too old" else 0), tick=False):
        page = client.get(link).content.decode()
        assert "Send me a new link" in page
        assert not OutboxMail.objects.exists()
        assert NEW_LINK in client.post(link, {"new": "1"}).content.decode()
    assert OutboxMail.objects.get().ticket_number == ticket.number


def test_a_replaced_link_names_the_newest_mail_and_still_sends_a_new_one(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, _ = new_mail(ticket.number)
    new_mail(ticket.number)
    response = client.get(link)
    assert response.status_code == 410
    assert WRONG_LINK in response.content.decode()
    assert "Send me a new link" in response.content.decode()


def test_a_limit_says_when_to_ask_again_and_the_code_is_still_taken(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, code = new_mail(ticket.number)
    pressed(link)
    for _ in range(rate_limits.REFRESH_PER_TICKET_AND_CUSTOMER.count):
        rate_limits.count(rate_limits.REFRESH_PER_TICKET_AND_CUSTOMER, f"{ticket.number} {make.ANN}")
    response = client.post(link, {"new": "1"})
    page = response.content.decode()
    assert response.status_code == 410
    assert REFRESH_FAILED in page
    assert "in 60 min." in page
    assert 3_590 <= int(response["Retry-After"]) <= 3_600
    with time_machine.travel(timezone.now() + timedelta(minutes=59, seconds=30), tick=False):
        assert "in 1 min." in client.post(link, {"new": "1"}).content.decode()
    assert client.post(link, {"code": code}).status_code == 303


def test_the_limit_per_client_says_when_to_try_again(client: Client, ticket: Ticket, new_mail: NewMail) -> None:
    link, _ = new_mail(ticket.number)
    for _ in range(rate_limits.REFRESH_PER_CLIENT.count):
        rate_limits.count(rate_limits.REFRESH_PER_CLIENT, "127.0.0.1")
    response = client.post(link, {"new": "1"})
    assert response.status_code == 429
    assert "in 60 min." in response.content.decode()


@pytest.mark.usefixtures("by_code")
def test_in_a_code_queue_the_page_names_nobody_and_the_button_signs_nobody_in(
    client: Client, ticket: Ticket, new_mail: NewMail
) -> None:
    link, code = new_mail(ticket.number)
    for response in (
        client.get(link),
        client.post(link),
        client.post(link, {"code": ""}),
        client.get(f"{link}/not-me"),
    ):
        page = response.content.decode()
        assert response.status_code == 200
        for told in ("Ann", "Printer", ticket.number, make.ANN):
            assert told not in page
    assert not CustomerSession.objects.exists()
    assert Token.objects.get().state == "active"
    assert client.post(link, {"code": code}).status_code == 303
    used = Client().get(link).content.decode()
    assert not any(told in used for told in ("Ann", "Printer", ticket.number))


def test_a_code_that_ends_a_buttons_session_twice_switches_the_domain(ticket: Ticket, new_mail: NewMail) -> None:
    for _ in range(2):
        link, code = new_mail(ticket.number)
        pressed(link)
        assert Client().post(link, {"code": code}).status_code == 303
    assert RecipientProfile.objects.get().recipient == "customer.example"
    assert AuditEntry.objects.get(event="code only").note == "customer.example"
    link, code = new_mail(ticket.number)
    scanner = Client()
    scanner.post(link)
    assert sessions.COOKIE not in scanner.cookies
    assert Client().post(link, {"code": code}).status_code == 303


def test_a_code_after_no_button_or_after_signing_out_switches_nobody(ticket: Ticket, new_mail: NewMail) -> None:
    for is_pressed in (False, True) * 2:
        link, code = new_mail(ticket.number)
        if is_pressed:
            pressed(link).post("/sign-out")
        Client().post(link, {"code": code})
    assert not RecipientProfile.objects.exists()


def test_a_browser_without_cookies_is_told_to_take_another_and_burns_nothing(ticket: Ticket, new_mail: NewMail) -> None:
    link, code = new_mail(ticket.number)
    app = Client(enforce_csrf_checks=True)
    page = app.get(link).content.decode()
    app.cookies.clear()
    mark = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert mark
    response = app.post(link, {"csrfmiddlewaretoken": mark[1]})
    assert response.status_code == 403
    assert "keeps no cookies" in response.content.decode()
    assert "type the code" in response.content.decode()
    assert Token.objects.get().state == "active"
    assert Client().post(link, {"code": code}).status_code == 303


def test_a_browser_that_loses_its_cookie_is_told_about_the_code_and_does_not_go_in_circles(
    ticket: Ticket, new_mail: NewMail
) -> None:
    link, code = new_mail(ticket.number)
    app = Client()
    response = app.post(link)
    app.cookies.clear()
    landed = app.get(response["Location"], follow=True)
    assert landed.status_code == 200
    assert len(landed.redirect_chain) == 1
    assert "type the code" in landed.content.decode()
    assert Client().post(link, {"code": code}).status_code == 303


@pytest.mark.django_db(transaction=True)
def test_code_and_button_at_the_same_moment_leave_one_session(new_mail: NewMail, data_folder: object) -> None:
    make.customer()
    ticket = make.ticket()
    for _ in range(4):
        RecipientProfile.objects.all().delete()  # or the domain gets in by code alone, after two rounds
        link, code = new_mail(ticket.number)
        CustomerSession.objects.all().delete()
        browsers = [Client() for _ in range(6)]

        def click(number: int, link: str = link, code: str = code, browsers: list[Client] = browsers) -> int:
            return browsers[number].post(link, {"code": code} if number % 2 else {}).status_code

        together(6, click)
        assert CustomerSession.objects.count() == 1
        assert sum(is_in(browser, ticket) for browser in browsers) == 1
        assert any(is_in(browser, ticket) for browser in browsers[1::2]), "the code, not the button, has the last word"


@pytest.mark.django_db(transaction=True)
def test_a_session_that_goes_on_under_another_key_right_now_is_ended_too(
    new_mail: NewMail, data_folder: object
) -> None:
    make.customer()
    ticket, other = make.ticket(), make.ticket()
    for _ in range(6):
        RecipientProfile.objects.all().delete()  # or the domain gets in by code alone, after two rounds
        (link, code), (others, _) = new_mail(ticket.number), new_mail(other.number)
        scanner, owner = pressed(link), Client()
        clicks: list[tuple[Client, str, dict[str, str]]] = [(scanner, others, {}), (owner, link, {"code": code})]

        def click(number: int, clicks: list[tuple[Client, str, dict[str, str]]] = clicks) -> None:
            browser, path, form = clicks[number]
            browser.post(path, form)

        together(2, click)
        assert is_in(owner, ticket)
        assert not is_in(scanner, ticket)
