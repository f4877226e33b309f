"""What the commands about mail accounts answer."""

from __future__ import annotations

import io
from typing import Any

import pytest

from otalink.postmaster.accounts import commands
from otalink.postmaster.accounts.manage import AccountUnknown
from otalink.postmaster.models import MailAccount
from tests.postmaster.accounts.support import visit_once
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box, texts
from tests.support.dovecot import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(AccountUnknown, match="no mail account 'x'"):
        commands.show("x")


class _Terminal(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        return True


def _added(box: Box, monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO, **values: Any) -> dict[str, Any]:
    monkeypatch.setattr("sys.stdin", stdin)
    where = {"host": "127.0.0.1", "port": box.server.imap, "security": "none", "user": box.user, "existing": None}
    return commands.add("", "", "password", name="help", **{**where, **values})


def test_adding_says_what_is_there_and_leaves_it(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.put(mail("there before"), mail("too"))
    shown = _added(box, monkeypatch, io.StringIO(f"{PASSWORD}\n"))
    assert shown["found"].startswith("2 mails, the oldest of 20")
    assert (shown["existing"], shown["after"], shown["move_to"], shown["enabled"]) == ("leave", "move", "Filed", True)
    box.put(mail("after that"))
    visit_once(MailAccount.objects.get())
    assert (texts(), len(box.mails())) == (["after that"], 2)


def test_who_adds_an_account_at_a_terminal_is_asked(
    box: Box, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box.put(mail("there before"))
    shown = _added(box, monkeypatch, _Terminal(f"{PASSWORD}\nwhat\nquietly\n"))
    assert shown["existing"] == "quietly"
    said = capsys.readouterr().err
    assert "The mailbox holds 1 mail, the oldest of" in said
    assert said.count("What is to become of it?") == 2


def test_nobody_is_asked_about_an_empty_mailbox(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _added(box, monkeypatch, _Terminal(f"{PASSWORD}\n"))["existing"] == "leave"


def test_an_account_is_added_although_its_server_is_down(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _added(box, monkeypatch, io.StringIO(f"{PASSWORD}\n"), port=1)
    assert (shown["found"], shown["enabled"], shown["connected"]) == ("", True, None)
    assert "refuses the connection" in shown["problem"]
