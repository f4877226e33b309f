"""What clients' servers ask: codes become tokens once, for whom they were made, and tokens say who somebody is."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet

from otalink.customers import directory
from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.limits.models import LimitCounter
from otalink.oidc import clients
from otalink.oidc.models import AccessToken, AuthorizationCode, Client, OpenIDEntry, OpenIDEvent
from otalink.portal.models import CustomerSession
from otalink.tokens.issue import issue
from tests.oidc import flow
from tests.oidc.flow import Party, Response
from tests.support import make
from tests.support.together import together

pytestmark = pytest.mark.django_db
ISSUER = "http://127.0.0.1:8000/oidc"


def code_for(browser: Browser, party: Party, **changed: str) -> str:
    """A code as the client gets it."""
    return flow.answer(flow.sign_in(browser, party, **changed))["code"]


def claims_of(response: Response) -> dict[str, Any]:
    """What an ID token says, its signature checked with the published keys."""
    keys = KeySet.import_key_set(Browser().get("/oidc/jwks").json())
    token = jwt.decode(response.json()["id_token"], keys, algorithms=["RS256", "EdDSA"])
    return {**token.header, **token.claims}


def userinfo(token: str) -> Response:
    return Browser().get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})


def test_a_code_becomes_an_id_token_and_an_access_token(client: Browser, desk: Party) -> None:
    response = flow.exchange(desk, code_for(client, desk))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    said, now = claims_of(response), timezone.now().timestamp()
    assert (said["iss"], said["aud"], said["sub"], said["nonce"]) == (ISSUER, "desk", make.ANN, "no-1")
    assert (said["alg"], said["email"], said["email_verified"], said["given_name"]) == ("RS256", make.ANN, True, "Ann")
    assert now - 60 < said["auth_time"] <= said["iat"] <= now < said["exp"] <= now + 600
    about = userinfo(response.json()["access_token"])
    assert about.json() == {
        "sub": make.ANN, "name": "Ann Lee", "given_name": "Ann", "family_name": "Lee", "preferred_username": make.ANN,
        "email": make.ANN, "email_verified": True,
    }  # fmt: skip


def test_a_client_that_wants_eddsa_gets_it(client: Browser, on: None, ticket: Ticket) -> None:
    modern = flow.party("modern", algorithm="EdDSA")
    assert claims_of(flow.exchange(modern, code_for(client, modern)))["alg"] == "EdDSA"


def test_a_client_is_told_no_more_than_it_asked_for(client: Browser, desk: Party) -> None:
    said = claims_of(flow.exchange(desk, code_for(client, desk, scope="openid", nonce="")))
    assert not {"email", "name", "nonce", "preferred_username"} & said.keys()


def test_a_secret_may_stand_in_the_form(client: Browser, desk: Party) -> None:
    code = code_for(client, desk)
    form = {"client_id": desk.client_id, "client_secret": desk.secret, "grant_type": "authorization_code"}
    response = client.post("/oidc/token", {**form, "code": code, "redirect_uri": flow.REDIRECT})
    assert response.status_code == 200


def test_a_code_is_good_once_and_brought_again_takes_back_what_it_gave(client: Browser, desk: Party) -> None:
    code = code_for(client, desk)
    token = flow.exchange(desk, code).json()["access_token"]
    assert userinfo(token).status_code == 200
    assert flow.error_of(flow.exchange(desk, code)) == "invalid_grant"
    assert userinfo(token).status_code == 401
    assert OpenIDEntry.objects.get(event=OpenIDEvent.REUSED).customer_login == make.ANN


@pytest.mark.django_db(transaction=True)
def test_of_all_who_bring_a_code_at_once_one_gets_tokens(client: Browser, desk: Party) -> None:
    code = code_for(client, desk)
    answers = together(4, lambda _: flow.exchange(desk, code).status_code)
    assert sorted(answers) == [200, 400, 400, 400]
    assert not AccessToken.objects.exists()


def test_a_code_of_one_client_is_nothing_to_another(client: Browser, desk: Party) -> None:
    other, code = flow.party("other"), code_for(client, desk)
    assert flow.error_of(flow.exchange(other, code)) == "invalid_grant"
    assert flow.exchange(desk, code).status_code == 200


def test_a_code_is_good_for_the_redirect_uri_it_was_asked_for_alone(client: Browser, desk: Party) -> None:
    code = code_for(client, desk)
    for uri in ("", "https://evil.example/", f"{flow.REDIRECT}&"):
        assert flow.error_of(flow.exchange(desk, code, redirect_uri=uri)) == "invalid_grant"
    assert flow.exchange(desk, code).status_code == 200


def test_a_code_is_over_after_a_minute(client: Browser, desk: Party) -> None:
    code = code_for(client, desk)
    AuthorizationCode.objects.update(created=timezone.now() - timedelta(minutes=1))
    assert flow.error_of(flow.exchange(desk, code)) == "invalid_grant"


def test_an_access_token_is_over_after_ten_minutes(client: Browser, desk: Party) -> None:
    token = flow.exchange(desk, code_for(client, desk)).json()["access_token"]
    AccessToken.objects.update(created=timezone.now() - timedelta(minutes=10))
    refused = userinfo(token)
    assert refused.status_code == 401
    assert "invalid_token" in refused["WWW-Authenticate"]


def test_a_disabled_customer_user_is_vouched_for_no_more(client: Browser, desk: Party) -> None:
    first = flow.exchange(desk, code_for(client, desk)).json()["access_token"]
    code = flow.answer(flow.ask(client, desk))["code"]
    directory.backend_of(make.ANN).set_valid(make.ANN, valid=False)
    assert flow.error_of(flow.exchange(desk, code)) == "invalid_grant"
    assert userinfo(first).status_code == 401


def test_nothing_is_worth_anything_once_its_session_has_ended(client: Browser, desk: Party, ticket: Ticket) -> None:
    link = issue(ticket.number, make.ANN).url.rpartition("/")[2]
    first = flow.exchange(desk, code_for(client, desk)).json()["access_token"]
    code = flow.answer(flow.ask(client, desk))["code"]
    Browser().post(f"/l/{link}/not-me")
    assert not CustomerSession.objects.exists()
    assert flow.error_of(flow.exchange(desk, code)) == "invalid_grant"
    assert userinfo(first).status_code == 401


def test_nothing_is_worth_anything_once_its_client_is_removed(client: Browser, desk: Party) -> None:
    token, code = flow.exchange(desk, code_for(client, desk)).json()["access_token"], "x"
    clients.remove(desk.client_id)
    assert userinfo(token).status_code == 401
    assert flow.error_of(flow.exchange(desk, code)) == "invalid_client"


def test_a_public_client_proves_itself_with_pkce(client: Browser, app: Party) -> None:
    wish = {"code_challenge": flow.CHALLENGE, "code_challenge_method": "S256"}
    for wrong in ({}, {"code_verifier": "w" * 43}, {"code_verifier": "short"}, {"code_verifier": flow.CHALLENGE}):
        LimitCounter.objects.all().delete()
        code = code_for(client, app, **wish)
        assert flow.error_of(flow.exchange(app, code, **wrong)) in {"invalid_request", "invalid_grant"}
        assert flow.exchange(app, code, code_verifier=flow.VERIFIER).status_code == 200


def test_a_public_client_may_say_its_id_in_a_basic_header_without_password(client: Browser, app: Party) -> None:
    code = code_for(client, app, code_challenge=flow.CHALLENGE, code_challenge_method="S256")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": flow.REDIRECT}
    basic = b64encode(b"app:").decode()
    response = client.post(
        "/oidc/token", {**form, "code_verifier": flow.VERIFIER}, headers={"Authorization": f"Basic {basic}"}
    )
    assert response.status_code == 200


def test_pkce_cannot_be_taken_off_a_code_or_put_on_it(client: Browser, desk: Party) -> None:
    code = code_for(client, desk, code_challenge=flow.CHALLENGE, code_challenge_method="S256")
    assert flow.error_of(flow.exchange(desk, code)) == "invalid_request"
    assert flow.exchange(desk, code, code_verifier=flow.VERIFIER).status_code == 200
    plain = flow.answer(flow.ask(client, desk))["code"]
    assert flow.error_of(flow.exchange(desk, plain, code_verifier=flow.VERIFIER)) == "invalid_request"


def test_whoever_has_a_secret_must_show_it(client: Browser, desk: Party, app: Party) -> None:
    code = code_for(client, desk)
    for pretender in (Party("desk", ""), Party("desk", "wrong"), Party("nobody", "x"), Party("app", desk.secret)):
        assert flow.error_of(flow.exchange(pretender, code)) in {"invalid_client", "invalid_grant"}
    assert flow.exchange(desk, code).status_code == 200
    assert OpenIDEntry.objects.filter(event=OpenIDEvent.REFUSED).count() == 4


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !", "Basic " + b64encode(b"\xff\xfe:\xff").decode(), "Bearer x", "Basic ZGVzaw=="]
)
def test_a_header_that_says_nothing_is_refused(desk: Party, header: str) -> None:
    form = {"grant_type": "authorization_code", "code": "x\0", "redirect_uri": "x"}
    assert Browser().post("/oidc/token", form, headers={"Authorization": header}).status_code in {400, 401}


@pytest.mark.parametrize("kind", ["password", "client_credentials", "refresh_token", "", "implicit"])
def test_there_is_no_other_grant(desk: Party, kind: str) -> None:
    assert flow.error_of(flow.exchange(desk, "x", grant_type=kind)) == "unsupported_grant_type"


def test_tokens_are_asked_for_by_post_alone(client: Browser, desk: Party) -> None:
    assert client.get(f"/oidc/token?grant_type=authorization_code&code={code_for(client, desk)}").status_code == 405


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nothing", "Basic x", "Bearer \0"])
def test_who_somebody_is_hears_nobody_without_a_token(on: None, header: str) -> None:
    refused = Browser().get("/oidc/userinfo", headers={"Authorization": header} if header else {})
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].lower().startswith("bearer")


def test_who_tries_and_tries_is_held_up(client: Browser, desk: Party) -> None:
    for _ in range(rate_limits.OPENID_REFUSED_PER_CLIENT.count):
        rate_limits.count(rate_limits.OPENID_REFUSED_PER_CLIENT, "127.0.0.1")
    assert flow.exchange(desk, code_for(client, desk)).status_code == 429


def test_no_secret_code_or_token_is_stored_or_in_the_trail(client: Browser, desk: Party) -> None:
    code = code_for(client, desk)
    token = flow.exchange(desk, code).json()["access_token"]
    flow.exchange(desk, code)
    rows = [*AuthorizationCode.objects.values_list(), *AccessToken.objects.values_list()]
    rows += [*OpenIDEntry.objects.values_list(), *Client.objects.values_list()]
    assert not [row for row in map(str, rows) if code in row or token in row or desk.secret in row]
