"""`otalink agent`: how agents are made, and how one whose password is lost gets back in."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.agents.accounts import ensure_admin
from tests.support.command import Terminal


@pytest.fixture
def otalink(
    db: None, data_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """Commands on an empty database and data folder."""
    return Terminal(capsys, monkeypatch)


def _sign_in(client: Client, name: str, password: str) -> bool:
    client.post("/desk/sign-in", {"username": name, "password": password})
    return client.get("/desk/").status_code == 200


def test_a_lost_password_of_the_administrator_is_replaced(otalink: Terminal, client: Client) -> None:
    assert _sign_in(client, "admin", ensure_admin())
    shown = otalink.json("agent", "set-password", "admin", stdin="correct horse\n")
    assert (shown["name"], shown["administrator"], shown["may_sign_in"]) == ("admin", True, True)
    assert client.get("/desk/").status_code == 302, "whoever has the old password is out"
    assert _sign_in(client, "admin", "correct horse")
    assert client.get("/admin/", follow=True).status_code == 200


def test_an_agent_who_is_added_answers_but_does_not_administrate(otalink: Terminal, client: Client) -> None:
    otalink.json("agent", "add", "lena", stdin="correct horse\n")
    assert _sign_in(client, "lena", "correct horse")
    assert client.get("/admin/auth/user/").status_code == 403


def test_an_administrator_is_added_when_there_is_none_left(otalink: Terminal, client: Client) -> None:
    otalink.json("agent", "add", "lena", "--admin", stdin="correct horse\n")
    assert _sign_in(client, "lena", "correct horse")
    assert client.get("/admin/auth/user/").status_code == 200


def test_the_list_says_who_may_do_what_and_no_password(otalink: Terminal) -> None:
    User.objects.create_user("gone", password="correct horse", is_active=False, is_staff=True)
    User.objects.create_superuser("lena", password="correct horse", first_name="Lena", last_name="Lee")
    gone, lena = otalink.json("agent", "list")
    assert (gone["may_sign_in"], lena["may_sign_in"], lena["administrator"]) == (False, True, True)
    assert lena["full_name"] == "Lena Lee"
    assert "pbkdf2" not in otalink("agent", "list").out


@pytest.mark.parametrize(
    ("words", "password", "reason"),
    [
        (("add", "lena"), "correct horse\n", "already exists"),
        (("add", "no name"), "correct horse\n", "valid username"),
        (("add", "robin"), "short\n", "at least 8 characters"),
        (("set-password", "lena"), "\n", "at least 8 characters"),
        (("set-password", "nobody"), "correct horse\n", "no agent 'nobody'"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    otalink: Terminal, words: tuple[str, str], password: str, reason: str
) -> None:
    before = User.objects.create_user("lena", password="battery staple").password
    assert reason in otalink.refused("agent", *words, stdin=password)
    assert list(User.objects.values_list("username", "password")) == [("lena", before)]
