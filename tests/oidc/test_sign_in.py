"""Signing in for everything, on the way to a client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otalink.customers import directory
from otalink.customers.backends.database import DatabaseBackend
from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.oidc.models import OpenIDEntry, OpenIDEvent, SignInCode
from otalink.portal import sessions
from otalink.portal.models import CustomerSession
from tests.oidc import flow
from tests.oidc.flow import Party
from tests.support import make

pytestmark = pytest.mark.django_db


def test_the_code_in_the_mail_signs_in_and_leads_on(client: Browser, desk: Party) -> None:
    assert "Sign in to Support portal" in flow.ask(client, desk).content.decode()
    asked = flow.ask_for_code(client, desk)
    assert asked["Location"] == f"/oidc/sign-in?{flow.query(desk)}"
    assert "Check your mailbox" in client.get(asked["Location"]).content.decode()
    flow.run_mail()
    (mail,) = flow.mails()
    assert mail["To"] == make.ANN
    assert mail["From"] == "Support portal <support@localhost>"
    sent = flow.type_code(client, desk, flow.code_in(mail))
    assert sent["Location"].startswith(f"{flow.REDIRECT}&code=")
    session = CustomerSession.objects.get()
    assert (session.customer_login, session.all_tickets) == (make.ANN, True)
    assert client.get("/tickets/").status_code == 200


def test_whoever_has_no_ticket_gets_a_code_too(client: Browser, desk: Party) -> None:
    make.customer("bob@customer.example")
    assert "code" in flow.answer(flow.sign_in(client, desk, "bob@customer.example"))
    assert "noreply@" in flow.mails()[-1]["From"]


def test_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(client: Browser, desk: Party) -> None:
    answers, statements = [], []
    for n, name in enumerate((make.ANN, "stranger@nowhere.example")):
        client.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{n}"
        with CaptureQueriesContext(connection) as counted:
            answers.append(flow.ask_for_code(client, desk, name))
        statements.append([query["sql"].split()[0] for query in counted])
    assert [(each.status_code, each["Location"]) for each in answers] == [
        (303, f"/oidc/sign-in?{flow.query(desk)}")
    ] * 2
    assert statements[0] == statements[1]
    client.cookies.clear()
    flow.ask_for_code(client, desk, "stranger@nowhere.example")
    flow.run_mail()
    assert flow.type_code(client, desk, "1234-5678").status_code == 403


def test_a_code_is_good_in_no_other_browser(client: Browser, desk: Party) -> None:
    flow.ask_for_code(client, desk)
    flow.run_mail()
    code, other = flow.code_in(flow.mails()[0]), Browser()
    assert flow.type_code(other, desk, code).status_code == 403
    flow.ask_for_code(other, desk, "stranger@nowhere.example")
    assert flow.type_code(other, desk, code).status_code == 403
    assert "code" in flow.answer(flow.type_code(client, desk, code))


def test_a_code_signs_in_once(client: Browser, desk: Party) -> None:
    flow.sign_in(client, desk)
    code = flow.code_in(flow.mails()[0])
    assert flow.type_code(client, desk, code).status_code == 403


def test_the_newest_code_replaces_the_older(client: Browser, desk: Party) -> None:
    flow.ask_for_code(client, desk)
    flow.run_mail()
    flow.ask_for_code(client, desk)
    flow.run_mail()
    older, newest = map(flow.code_in, flow.mails())
    assert flow.type_code(client, desk, older).status_code == 403
    assert "code" in flow.answer(flow.type_code(client, desk, newest))


def test_a_code_is_over_after_a_quarter_of_an_hour(client: Browser, desk: Party) -> None:
    flow.ask_for_code(client, desk)
    flow.run_mail()
    SignInCode.objects.update(created=timezone.now() - timedelta(minutes=15))
    assert flow.type_code(client, desk, flow.code_in(flow.mails()[0])).status_code == 403


def test_five_codes_may_be_tried_and_then_the_right_one_is_too_late(client: Browser, desk: Party) -> None:
    flow.ask_for_code(client, desk)
    flow.run_mail()
    code = flow.code_in(flow.mails()[0])
    wrong = f"{(int(code[:4]) + 1) % 10_000:04}-{code[5:]}"
    for _ in range(rate_limits.SIGN_IN_CODE_PER_BROWSER.count):
        assert flow.type_code(client, desk, wrong).status_code == 403
    assert flow.type_code(client, desk, code).status_code == 429
    assert not CustomerSession.objects.exists()
    assert OpenIDEntry.objects.filter(event=OpenIDEvent.WRONG_CODE).count() == 5


@pytest.mark.parametrize("typed", ["", "  ", "1", "\0", "ⅷ" * 8, "9" * 10_000])
def test_what_is_no_code_is_said_clearly(client: Browser, desk: Party, typed: str) -> None:
    flow.ask_for_code(client, desk)
    page = flow.type_code(client, desk, typed)
    assert page.status_code == 403
    assert "does not fit" in page.content.decode()


def test_a_customer_user_who_was_disabled_meanwhile_does_not_get_in(client: Browser, desk: Party) -> None:
    flow.ask_for_code(client, desk)
    flow.run_mail()
    directory.backend_of(make.ANN).set_valid(make.ANN, valid=False)
    assert flow.type_code(client, desk, flow.code_in(flow.mails()[0])).status_code == 403
    flow.ask_for_code(client, desk)
    flow.run_mail()
    assert len(flow.mails()) == 1


def test_the_form_cannot_be_used_to_flood_a_mailbox(client: Browser, desk: Party) -> None:
    for _ in range(rate_limits.SIGN_IN_MAIL_PER_LOGIN.count):
        assert flow.ask_for_code(client, desk).status_code == 303
    assert flow.ask_for_code(client, desk).status_code == 429


def test_a_password_signs_in_too_and_guessing_it_is_held_up(client: Browser, desk: Party) -> None:
    DatabaseBackend("CustomerUser").set_password(make.ANN, "correct horse battery")
    url = f"/oidc/sign-in?{flow.query(desk)}"
    wrong = client.post(url, {"name": make.ANN, "password": "wrong"})
    assert wrong.status_code == 403
    assert "do not fit together" in wrong.content.decode()
    assert "code" in flow.answer(client.post(url, {"name": make.ANN, "password": "correct horse battery"}))
    # Hashing takes its time: all but one of the wrong ones are only counted.
    for _ in range(rate_limits.PASSWORD_PER_LOGIN.count - 1):
        rate_limits.count(rate_limits.PASSWORD_PER_LOGIN, make.ANN)
    assert client.post(url, {"name": make.ANN, "password": "correct horse battery"}).status_code == 429


def test_whoever_opened_a_ticket_has_the_code_mailed_to_themselves_alone(
    client: Browser, desk: Party, ticket: Ticket
) -> None:
    from otalink.tokens.issue import issue

    client.post("/l/" + issue(ticket.number, make.ANN).url.rpartition("/")[2])
    client.post(f"/oidc/sign-in?{flow.query(desk)}", {"mine": "1", "name": "bob@customer.example"})
    flow.run_mail()
    assert [mail["To"] for mail in flow.mails()] == [make.ANN]
    assert "code" in flow.answer(flow.type_code(client, desk, flow.code_in(flow.mails()[0])))
    assert CustomerSession.objects.get().tickets == [ticket.number]


def test_nobody_signs_in_from_another_site(desk: Party) -> None:
    browser = Browser(enforce_csrf_checks=True)
    flow.ask(browser, desk)
    assert flow.ask_for_code(browser, desk).status_code == 403
    assert flow.type_code(browser, desk, "1234-5678").status_code == 403


def test_a_request_that_is_wrong_is_refused_before_anything_is_mailed(client: Browser, desk: Party) -> None:
    assert flow.ask_for_code(client, desk, redirect_uri="https://evil.example/").status_code == 400
    assert flow.answer(flow.ask_for_code(client, desk, scope="email"))["error"] == "invalid_scope"
    flow.run_mail()
    assert not flow.mails()


def test_the_session_key_is_new_so_that_nobody_can_slip_one_under(client: Browser, desk: Party) -> None:
    client.cookies[sessions.COOKIE] = "known to somebody else"
    flow.sign_in(client, desk)
    assert client.cookies[sessions.COOKIE].value != "known to somebody else"


def test_an_empty_address_is_said_clearly(client: Browser, desk: Party) -> None:
    page = flow.ask_for_code(client, desk, " \0")
    assert page.status_code == 400
    assert "Please enter your e-mail address" in page.content.decode()


def test_the_pages_speak_the_browser_s_language(client: Browser, desk: Party) -> None:
    page = client.get(f"/oidc/authorize?{flow.query(desk)}", headers={"Accept-Language": "de"}).content.decode()
    assert "Bei Support portal anmelden" in page
