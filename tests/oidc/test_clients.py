"""Clients, by command and in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from pytest_django import Settings

from otalink.oidc.models import Client, OpenIDEntry, OpenIDEvent
from tests.support.command import Terminal

pytestmark = pytest.mark.django_db
URL = "https://desk.example/otobo/customer.pl?Action=Login"
ADD = ("oidc", "client", "add", "desk", "--redirect-uri", URL)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Runs commands."""
    return Terminal(capsys, monkeypatch)


def test_a_secret_is_shown_once_and_stored_as_a_digest(terminal: Terminal) -> None:
    added = terminal.json(*ADD, "--title", "Support portal", "--after-sign-out", "https://desk.example/bye")
    assert len(added["secret"]) == 43
    assert added["discovery"].endswith("/oidc/.well-known/openid-configuration")
    assert "OpenIDProvider::Active 1" in added["note"]
    (listed,) = terminal.json("oidc", "client", "list")
    assert listed.items() <= added.items()
    assert "secret" not in listed
    assert added["secret"] not in str(Client.objects.values().get())


def test_a_secret_needs_no_encoding_anywhere(terminal: Terminal) -> None:
    assert terminal.json(*ADD)["secret"].replace("-", "").replace("_", "").isalnum()


def test_a_public_client_has_no_secret(terminal: Terminal) -> None:
    added = terminal.json(*ADD, "--public")
    assert (added["secret"], added["kind"]) == ("", "public")


@pytest.mark.parametrize(
    "url",
    [
        "desk.example", "/otobo", "ftp://desk.example/", "https://", "https://desk.example/#x", "https://a@desk.example/",
        "https://désk.example/", "https://desk.example/a b", "https://desk.example:x/", "javascript:alert(1)",
        "myapp://cb", "https://desk.example/" + "x" * 1_000, "https://desk.example\\@evil.example/",
    ],
)  # fmt: skip
def test_where_nobody_may_be_sent_is_refused(terminal: Terminal, url: str) -> None:
    assert "accepted: an absolute URL" in terminal.refused("oidc", "client", "add", "desk", "--redirect-uri", url)
    assert not Client.objects.exists()


def test_plain_http_is_for_this_machine_unless_we_are_plain_too(terminal: Terminal, settings: Settings) -> None:
    settings.OTALINK_BASE_URL = "https://otalink.example"
    words = ("oidc", "client", "add", "desk", "--redirect-uri")
    assert "accepted" in terminal.refused(*words, "http://desk.example/")
    terminal.json(*words, "http://127.0.0.1:9000/cb")


@pytest.mark.parametrize("name", ["", "a b", "-x", "ü", "x" * 61, "a:b"])
def test_an_id_that_needs_encoding_is_refused(terminal: Terminal, name: str) -> None:
    assert "letters, digits" in terminal.refused("oidc", "client", "add", "--redirect-uri", URL, "--", name)


def test_an_id_that_is_taken_is_refused_in_any_case(terminal: Terminal) -> None:
    terminal.json(*ADD)
    assert "already" in terminal.refused("oidc", "client", "add", "DESK", "--redirect-uri", URL)


def test_one_without_a_redirect_uri_is_wrong_usage(terminal: Terminal) -> None:
    assert terminal("oidc", "client", "add", "desk").code == 2


def test_removing_is_said_and_noted(terminal: Terminal) -> None:
    terminal.json(*ADD)
    assert terminal.json("oidc", "client", "remove", "desk") == {"removed": "desk"}
    assert "no OpenID client 'desk'" in terminal.refused("oidc", "client", "remove", "desk")
    events = list(OpenIDEntry.objects.order_by("pk").values_list("event", "client_id"))
    assert events == [(OpenIDEvent.CLIENT_ADDED, "desk"), (OpenIDEvent.CLIENT_REMOVED, "desk")]


def test_the_admin_shows_clients_and_trail_and_changes_nothing(terminal: Terminal, client: Browser) -> None:
    terminal.json(*ADD)
    client.force_login(User.objects.create_superuser("root"))
    digest = Client.objects.get().secret
    for where in ("client", "openidentry"):
        page = client.get(f"/admin/oidc/{where}/")
        assert page.status_code == 200
        assert "desk" in page.content.decode()
        assert client.get(f"/admin/oidc/{where}/add/").status_code == 403
    html = client.get(f"/admin/oidc/client/{Client.objects.get().pk}/change/").content.decode()
    assert "https://desk.example/otobo/customer.pl" in html
    assert digest not in html
