"""Signing in with OAuth2: a real token endpoint over TLS, and a real Dovecot that asks it whose a token is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from otalink.postmaster.accounts import commands, manage
from otalink.postmaster.accounts.encryption import decrypt
from otalink.postmaster.accounts.fetcher import fetch_once
from otalink.postmaster.models import MailAccount
from tests.postmaster.builders import mail
from tests.postmaster.conftest import texts
from tests.support.dovecot import Dovecot, dovecot
from tests.support.token_server import TokenServer, token_server

pytestmark = pytest.mark.django_db(transaction=True)

_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {file}
}}
"""
_OAUTH2 = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class Tenant:
    """A mail server that takes tokens, and who gives them."""

    mail: Dovecot
    tokens: TokenServer

    def account(self, secrets: dict[str, str], **values: Any) -> MailAccount:
        """An account that signs in with OAuth2."""
        protocol = values.get("protocol", "imap")
        given = {
            "name": "help",
            "host": "127.0.0.1",
            "port": getattr(self.mail, protocol),
            "security": "none",
            "user": self.tokens.user,
            "authentication": "oauth2",
            "token_url": self.tokens.token_url,
            "client_id": "client-1",
            "scope": "https://mail.example/.default",
            "existing": "new",
            "after": "delete",
            **values,
        }
        return manage.add(secrets, **given)


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    with token_server(tmp_path, "user1") as tokens, tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tokens.ca_file))
        # Dovecot reads it with rights of its own.
        file = Path(folder, "oauth2.conf.ext")
        file.parent.chmod(0o755)
        file.write_text(_OAUTH2.format(url=tokens.introspection_url))
        with dovecot(mechanisms="plain login xoauth2 oauthbearer", more=_PASSDB.format(file=file)) as server:
            yield Tenant(server, tokens)


def _fetch(account: MailAccount) -> str:
    return fetch_once([account])[0].error


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_an_application_fetches_mail_in_its_own_name(tenant: Tenant, protocol: str) -> None:
    tenant.mail.put("user1", mail("by client credentials"))
    account = tenant.account({"client_secret": tenant.tokens.client_secret}, protocol=protocol)
    assert _fetch(account) == ""
    assert texts() == ["by client credentials"]
    assert tenant.tokens.grants == ["client_credentials"]
    assert next(iter(tenant.tokens.valid)) not in MailAccount.objects.get().secrets


def test_a_token_is_used_until_it_runs_out_and_then_replaced(tenant: Tenant) -> None:
    account = tenant.account({"client_secret": tenant.tokens.client_secret})
    for _ in range(2):
        assert _fetch(account) == ""
    assert len(tenant.tokens.grants) == 1
    tenant.tokens.lifetime = 60  # less than what we want to have left
    manage.change_secrets(manage.find("help"), client_secret=tenant.tokens.client_secret)
    for _ in range(2):
        assert _fetch(account) == ""
    assert len(tenant.tokens.grants) == 3


def test_a_refresh_token_fetches_mail_and_its_successor_is_kept(tenant: Tenant) -> None:
    tenant.tokens.refresh_tokens, tenant.tokens.lifetime = {"first-refresh-token"}, 1
    account = tenant.account({"refresh_token": "first-refresh-token", "client_secret": "x"}, scope="")
    tenant.mail.put("user1", mail("by refresh token"))
    for _ in range(3):
        assert _fetch(account) == ""
    assert texts() == ["by refresh token"]
    assert tenant.tokens.grants == ["refresh_token"] * 3
    assert decrypt(MailAccount.objects.get().secrets)["refresh_token"] in tenant.tokens.refresh_tokens


def test_somebody_signs_in_by_code_and_mail_is_fetched_in_their_name(
    tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant.tokens.pending = 2
    account = tenant.account({})
    assert commands.authorize("help") == {"name": "help", "authorized": True}
    assert "Open https://login.example/device as user1 and enter the code ABCD-EFGH" in capsys.readouterr().err
    tenant.mail.put("user1", mail("by device code"))
    tenant.tokens.valid.clear()
    manage.change_secrets(manage.find("help"))
    assert _fetch(account) == ""
    assert tenant.tokens.grants[-1] == "refresh_token"
    assert texts() == ["by device code"]


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_token_that_the_mail_server_does_not_take_is_told(tenant: Tenant, protocol: str) -> None:
    account = tenant.account({"client_secret": tenant.tokens.client_secret}, protocol=protocol, user="user2")
    assert "does not let user2 in: check user and access token" in _fetch(account)


def test_each_refusal_of_the_token_endpoint_is_told_in_its_own_words(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "neither client secret nor refresh token" in _fetch(tenant.account({}))
    wrong = tenant.account({"client_secret": "wrong"}, name="wrong")
    assert "gives no token: invalid_client: AADSTS7000215: wrong client secret" in _fetch(wrong)
    old = tenant.account({"refresh_token": "old"}, name="old")
    assert "gives no token: invalid_grant: Token has been expired or revoked." in _fetch(old)
    away = tenant.account({"client_secret": "x"}, name="away", token_url="https://localhost:1/token")
    assert "https://localhost:1/token cannot be reached" in _fetch(away)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert "cannot be reached" in _fetch(tenant.account({"client_secret": "x"}, name="unknown authority"))
