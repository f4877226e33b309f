"""The authorization endpoint: who is sent on with a code, who has to sign in, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from otalink.customers import directory
from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.limits.models import LimitCounter
from otalink.oidc.models import AuthorizationCode, OpenIDEntry, OpenIDEvent
from otalink.portal.models import CustomerSession
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OPENID_LINK_IS_ENOUGH
from otalink.tokens.issue import issue
from tests.oidc import flow
from tests.oidc.flow import Party
from tests.support import make

pytestmark = pytest.mark.django_db
STATE = "a+b%2Fc%3D=;~%zz%FF%20."


def test_while_it_is_off_there_is_nothing(client: Browser) -> None:
    for path in (
        ".well-known/openid-configuration",
        "jwks",
        "authorize",
        "sign-in",
        "token",
        "userinfo",
        "end-session",
    ):
        assert client.get(f"/oidc/{path}").status_code == 404
    assert client.post("/oidc/token").status_code == 404


def test_whoever_signed_in_for_everything_is_sent_on_at_once(client: Browser, desk: Party) -> None:
    flow.sign_in(client, desk)
    sent = flow.ask(client, desk)
    assert sent["Location"].startswith(f"{flow.REDIRECT}&code=")
    assert flow.answer(sent).keys() == {"Action", "code", "state"}
    assert OpenIDEntry.objects.filter(event=OpenIDEvent.AUTHORIZED, customer_login=make.ANN).count() == 2


def test_the_state_comes_back_byte_for_byte(client: Browser, desk: Party) -> None:
    flow.sign_in(client, desk)
    sent = client.get(f"/oidc/authorize?state={STATE}&{flow.query(desk, state='')}")
    assert sent["Location"].endswith(f"&state={STATE}")


def test_a_redirect_uri_keeps_its_own_query_as_it_is_written(client: Browser, on: None, ticket: Ticket) -> None:
    uri = "https://desk.example/cb?a=1;b=%2f+x&c"
    odd = flow.party("odd", redirect_uris=[uri])
    sent = flow.sign_in(client, odd, redirect_uri=uri)
    assert sent["Location"].startswith(f"{uri}&code=")


def test_a_ticket_s_link_is_not_enough_for_everything(client: Browser, desk: Party, ticket: Ticket) -> None:
    client.post("/l/" + issue(ticket.number, make.ANN).url.rpartition("/")[2])
    page = flow.ask(client, desk)
    assert page.status_code == 200
    assert "You are Ann Lee" in page.content.decode()
    assert not AuthorizationCode.objects.exists()
    assert flow.answer(flow.ask(client, desk, prompt="none"))["error"] == "login_required"


def test_a_ticket_s_link_is_enough_where_the_operator_says_so_and_only_while_it_opens_the_ticket(
    client: Browser, desk: Party, ticket: Ticket
) -> None:
    store.set_value(OPENID_LINK_IS_ENOUGH.name, "1")
    client.post("/l/" + issue(ticket.number, make.ANN).url.rpartition("/")[2])
    assert "code" in flow.answer(flow.ask(client, desk))
    make.close(ticket.number, timezone.now() - timedelta(days=15))
    assert flow.ask(client, desk).status_code == 200


def test_a_disabled_customer_user_is_not_sent_on(client: Browser, desk: Party) -> None:
    flow.sign_in(client, desk)
    directory.backend_of(make.ANN).set_valid(make.ANN, valid=False)
    assert flow.ask(client, desk).status_code == 200
    assert flow.answer(flow.ask(client, desk, prompt="none"))["error"] == "login_required"


def test_a_request_that_wants_a_fresh_sign_in_gets_one_and_goes_on(client: Browser, desk: Party) -> None:
    flow.sign_in(client, desk)
    for wish in ({"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}):
        CustomerSession.objects.update(created=timezone.now() - timedelta(minutes=1))
        assert flow.ask(client, desk, **wish).status_code == 200
        assert "code" in flow.answer(flow.sign_in(client, desk, **wish))
        CustomerSession.objects.update(created=timezone.now() - timedelta(hours=1))
        LimitCounter.objects.all().delete()
    assert "code" in flow.answer(flow.ask(client, desk, max_age="86400"))


def test_a_link_opened_since_makes_no_fresh_sign_in_for_everything(
    client: Browser, desk: Party, ticket: Ticket
) -> None:
    flow.sign_in(client, desk)
    CustomerSession.objects.update(created=timezone.now() - timedelta(hours=1))
    client.post("/l/" + issue(ticket.number, make.ANN).url.rpartition("/")[2])
    assert "code" in flow.answer(flow.ask(client, desk))
    assert flow.answer(flow.ask(client, desk, prompt="none", max_age="600"))["error"] == "login_required"


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/", "https://desk.example/otobo/customer.pl", f"{flow.REDIRECT}&x=1", f"{flow.REDIRECT}#",
        flow.REDIRECT.upper(), flow.REDIRECT.replace("https", "http"), "https://desk.example.evil.example/",
        "//evil.example", "javascript:alert(1)", "https://désk.example/", "",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_where_no_client_is(client: Browser, desk: Party, uri: str) -> None:
    flow.sign_in(client, desk)
    for wrong in ({}, {"scope": "x"}, {"response_type": "token"}, {"prompt": "none"}, {"request": "x"}):
        page = flow.ask(client, desk, redirect_uri=uri, **wrong)
        assert page.status_code == 400
        assert "Location" not in page


def test_a_client_nobody_knows_gets_a_page(client: Browser, desk: Party) -> None:
    for name in ("nobody", "DESK", "", "a b", "\0", "désk"):
        assert flow.ask(client, Party(name, "")).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "whatever"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"request": "e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.example/"}, "request_uri_not_supported"),
        ({"code_challenge": flow.CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": flow.CHALLENGE}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"nonce": "a\0b"}, "invalid_request"),
    ],
)
def test_what_is_wrong_is_told_to_the_client(client: Browser, desk: Party, wrong: dict[str, str], error: str) -> None:
    flow.sign_in(client, desk)
    told = flow.answer(flow.ask(client, desk, **wrong))
    assert (told["error"], told["state"], told["Action"]) == (error, "st-1", "Login")
    assert "code" not in told


def test_a_parameter_that_comes_twice_is_refused(client: Browser, desk: Party) -> None:
    flow.sign_in(client, desk)
    for twice in ("redirect_uri=https%3A%2F%2Fevil.example", "nonce=2", "state=2", "code_challenge=x"):
        page = client.get(f"/oidc/authorize?{flow.query(desk, code_challenge=flow.CHALLENGE)}&{twice}")
        assert page.status_code == 400
        assert "Location" not in page


def test_a_public_client_needs_pkce(client: Browser, app: Party) -> None:
    flow.sign_in(client, app, code_challenge=flow.CHALLENGE, code_challenge_method="S256")
    assert flow.answer(flow.ask(client, app))["error"] == "invalid_request"


def test_a_request_by_post_comes_back_as_a_get(desk: Party) -> None:
    browser = Browser(enforce_csrf_checks=True)
    sent = browser.post("/oidc/authorize", flow.query(desk), content_type="application/x-www-form-urlencoded")
    assert (sent.status_code, sent["Location"]) == (303, f"/oidc/authorize?{flow.query(desk)}")


def test_a_browser_that_never_stops_coming_back_is_held_up(client: Browser, desk: Party) -> None:
    flow.sign_in(client, desk)
    for _ in range(rate_limits.OPENID_CODES_PER_LOGIN.count - 1):
        assert flow.ask(client, desk).status_code == 303
    assert flow.ask(client, desk).status_code == 429


def test_the_page_lets_its_form_lead_to_this_client_alone(client: Browser, desk: Party) -> None:
    policy = flow.ask(client, desk)["Content-Security-Policy"]
    assert "form-action 'self' https://desk.example;" in policy + ";"
    assert "frame-ancestors 'none'" in policy
    assert "https:" not in client.get("/sign-in")["Content-Security-Policy"]


def test_hostile_words_of_a_client_are_words_on_the_page(client: Browser, desk: Party) -> None:
    page = flow.ask(client, desk, login_hint='"><script>alert(1)</script>', state='"><b>').content.decode()
    assert "<script>alert" not in page
    assert '"><b>' not in page
