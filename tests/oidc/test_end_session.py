"""Signing out on the way from a client."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from otalink.oidc.models import OpenIDEntry, OpenIDEvent
from otalink.portal.models import CustomerSession
from tests.oidc import flow
from tests.oidc.flow import Party
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def id_token(client: Browser, desk: Party) -> str:
    """Ann is signed in, and her client has this of her."""
    code = flow.answer(flow.sign_in(client, desk))["code"]
    return str(flow.exchange(desk, code).json()["id_token"])


def url(**said: str) -> str:
    return f"/oidc/end-session?{urlencode(said)}"


def test_an_id_token_of_ours_signs_its_person_out_and_leads_back(client: Browser, id_token: str) -> None:
    answer = client.get(url(id_token_hint=id_token, post_logout_redirect_uri=flow.AFTER, state="a+b"))
    assert (answer.status_code, answer["Location"]) == (303, f"{flow.AFTER}&state=a%2Bb")
    assert not CustomerSession.objects.exists()
    assert OpenIDEntry.objects.get(event=OpenIDEvent.SIGNED_OUT).customer_login == make.ANN


def test_one_that_is_over_does_too(client: Browser, id_token: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert client.get(url(id_token_hint=id_token)).status_code == 303
    assert not CustomerSession.objects.exists()


def test_without_one_somebody_is_asked_and_a_get_changes_nothing(client: Browser, id_token: str) -> None:
    page = client.get(url(client_id="desk", post_logout_redirect_uri=flow.AFTER))
    assert page.status_code == 200
    assert "You are still signed in here" in page.content.decode()
    assert CustomerSession.objects.exists()
    answer = client.post(f"/oidc/sign-out?{urlencode({'client_id': 'desk', 'post_logout_redirect_uri': flow.AFTER})}")
    assert (answer.status_code, answer["Location"]) == (303, flow.AFTER)
    assert not CustomerSession.objects.exists()


def test_an_id_token_of_somebody_else_ends_no_session(client: Browser, id_token: str, desk: Party) -> None:
    make.customer("bob@customer.example")
    other = Browser()
    flow.sign_in(other, desk, "bob@customer.example")
    assert other.get(url(id_token_hint=id_token)).status_code == 200
    assert CustomerSession.objects.count() == 2


@pytest.mark.parametrize("uri", ["https://evil.example/", f"{flow.AFTER}x", "//evil.example", flow.REDIRECT])
def test_it_leads_nowhere_but_where_the_client_said(client: Browser, id_token: str, uri: str) -> None:
    answer = client.get(url(id_token_hint=id_token, post_logout_redirect_uri=uri))
    assert answer["Location"] == "/sign-in?signed-out=1"


@pytest.mark.parametrize("forged", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5AY3VzdG9tZXIuZXhhbXBsZSJ9."])
def test_a_forged_id_token_ends_nothing_and_leads_nowhere(client: Browser, id_token: str, forged: str) -> None:
    page = client.get(url(id_token_hint=forged, post_logout_redirect_uri=flow.AFTER))
    assert page.status_code == 200
    assert flow.AFTER.replace("&", "&amp;") not in page.content.decode()
    assert CustomerSession.objects.exists()


def test_nobody_is_signed_out_from_another_site(id_token: str) -> None:
    browser = Browser(enforce_csrf_checks=True)
    assert browser.post("/oidc/sign-out").status_code == 403
    answer = browser.post("/oidc/end-session", "client_id=desk", content_type="application/x-www-form-urlencoded")
    assert answer["Location"] == "/oidc/end-session?client_id=desk"
    assert CustomerSession.objects.exists()


def test_whoever_is_signed_out_already_is_led_back(desk: Party) -> None:
    answer = Browser().get(url(client_id="desk", post_logout_redirect_uri=flow.AFTER))
    assert answer["Location"] == flow.AFTER
    assert Browser().get("/oidc/end-session")["Location"] == "/sign-in?signed-out=1"
