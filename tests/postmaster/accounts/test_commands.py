"""Mail accounts: kept without readable secrets, and tested with an answer that says what to change."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pytest_django import Settings

from otalink.postmaster.accounts import commands, manage
from otalink.postmaster.accounts.encryption import SecretUnreadable, decrypt, encrypt
from otalink.postmaster.accounts.failure import SourceFailure
from otalink.postmaster.accounts.manage import AccountUnknown
from otalink.postmaster.models import MailAccount
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box
from tests.support.dovecot import PASSWORD, dovecot
from tests.support.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def _problem(account: MailAccount) -> str:
    with pytest.raises(SourceFailure) as failure:
        manage.test_connection(account)
    return str(failure.value)


@contextmanager
def _server_that_says(words: bytes | None) -> Iterator[int]:
    """Takes connections and says just that; None: nothing, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    if words is not None:
                        client.sendall(words)
                        client.settimeout(5)
                        client.recv(100)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_test_says_what_was_found_and_changes_nothing(box: Box, protocol: str) -> None:
    box.put(mail(), mail())
    found = manage.test_connection(box.account(protocol=protocol))
    assert f"signed in to 127.0.0.1 as {box.user}" in found
    assert "holds 2 mails" in found
    assert len(box.mails()) == 2


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_each_mistake_is_told_in_plain_words(box: Box, protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def account(**values: Any) -> MailAccount:
        return box.account(protocol=protocol, name=str(values), **values)

    plain, tls = getattr(box.server, protocol), getattr(box.server, f"{protocol}s")
    assert "no computer of the name 'mail.invalid' is known" in _problem(account(host="mail.invalid"))
    assert "refuses the connection" in _problem(account(port=free_port()))
    assert "does not speak TLS" in _problem(account(security="tls", port=plain))
    assert "is not to be trusted" in _problem(account(security="tls", port=tls))
    assert "is not to be trusted" in _problem(account(security="starttls", port=plain))
    assert "does not let nobody in: check user and password" in _problem(account(user="nobody"))
    with _server_that_says(b"SSH-2.0-OpenSSH\r\n") as port:
        assert "does not talk as a mail server does" in _problem(account(port=port))
    with _server_that_says(None) as port:
        assert "does not talk as a mail server does" in _problem(account(port=port))
    monkeypatch.setattr(f"otalink.postmaster.accounts.{protocol}.TIMEOUT", 0.3)
    with _server_that_says(b"") as port:
        assert "does not answer within" in _problem(account(port=port))


def test_a_missing_folder_is_told_with_those_that_are_there(box: Box) -> None:
    with box.server.client(box.user) as client:
        client.create("Help")
    problem = _problem(box.account(folder="Hlep"))
    assert f"has no folder 'Hlep' for {box.user}; it has Help, INBOX" in problem


def test_a_server_without_starttls_and_one_that_wants_encryption_are_told_apart() -> None:
    with dovecot(more="ssl = no") as server:
        user = server.new_user()
        for protocol in ("imap", "pop3"):
            account = Box(server, user).account(protocol=protocol, security="starttls", name=protocol)
            assert "does not offer STARTTLS" in _problem(account)


def test_a_password_of_any_script_signs_in(box: Box) -> None:
    account = box.account()
    manage.change_secrets(account, password="Pässwörd-密")
    assert "check user and password" in _problem(manage.find(account.name))


def test_secrets_lie_encrypted_and_nowhere_else(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    account = box.account()
    assert PASSWORD not in account.secrets
    assert decrypt(account.secrets) == {"password": PASSWORD}
    assert encrypt({"password": "x"}) != encrypt({"password": "x"})
    assert PASSWORD not in str(commands.show(account.name)) + str(commands.list_all())
    manage.test_connection(account)
    assert PASSWORD not in "".join(capsys.readouterr())


def test_another_secret_key_is_told_in_plain_words(box: Box, settings: Settings) -> None:
    account = box.account()
    settings.SECRET_KEY = "another" * 8
    with pytest.raises(SecretUnreadable):
        decrypt(account.secrets)
    assert "OTALINK_SECRET_KEY is another one now" in _problem(account)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"protocol": "pop3", "after": "move", "move_to": "Done"}, "POP3 has no folders"),
        ({"after": "move"}, "name the folder"),
        ({"after": "move", "move_to": "INBOX"}, "another folder"),
        ({"authentication": "oauth2"}, "token_url: OAuth2 needs it"),
        ({"token_url": "http://x.example/token"}, "https:// URL"),
        ({"user": "a\r\nb"}, "no control characters"),
        ({"host": ""}, "host"),
        ({"protocol": "imap4"}, "protocol"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(values: dict[str, Any], problem: str) -> None:
    given = {"name": "x", "host": "mail.example", "user": "help", **values}
    with pytest.raises(InvalidValue, match=problem):
        manage.add({"password": "x"}, **given)
    assert not MailAccount.objects.exists()


def test_no_two_accounts_have_one_name(box: Box) -> None:
    box.account(name="help")
    with pytest.raises(InvalidValue, match="name"):
        box.account(name="help")


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(AccountUnknown, match="no mail account 'x'"):
        commands.show("x")


def test_the_usual_ports_are_known() -> None:
    ports = {
        (protocol, security): MailAccount(protocol=protocol, security=security).port_in_use
        for protocol in ("imap", "pop3")
        for security in ("tls", "starttls", "none")
    }
    assert ports == {
        ("imap", "tls"): 993,
        ("imap", "starttls"): 143,
        ("imap", "none"): 143,
        ("pop3", "tls"): 995,
        ("pop3", "starttls"): 110,
        ("pop3", "none"): 110,
    }
