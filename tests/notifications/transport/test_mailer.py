"""Handing mail over, to real servers on real sockets."""

from __future__ import annotations

import ssl
from email import message_from_bytes
from email.policy import default as default_policy
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword

from otalink.notifications.transport import mailer
from otalink.notifications.transport.mailer import PermanentFailure, RefusedByHost, TemporaryFailure
from otalink.notifications.transport.message import OutgoingMail
from tests.support.mail_server import breaking_server, mail_server
from tests.support.servers import free_port

SENDER, RECIPIENT = "support@desk.example", "ann@customer.example"
SECRET = "q" * 43


TEXT = f"http://127.0.0.1:8000/l/{SECRET}\n.\nNach dem Punkt\n"


def letter(to: str = RECIPIENT, text: str = TEXT) -> OutgoingMail:
    message = OutgoingMail(text)
    message["From"], message["To"], message["Subject"] = SENDER, to, "Grüße"
    return message


def send(url: str, to: str = RECIPIENT, **options: Any) -> None:
    mailer.send(letter(to), SENDER, to, url=url, **options)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts, as an operator makes it trust one."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def context_of(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def as_user(url: str, user: str) -> str:
    return url.replace("smtp://", f"smtp://{user}@")


def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    given = (data.login, data.password) if isinstance(data, LoginPassword) else None
    return AuthResult(success=given == (b"desk@example", b"p:/ ss@1"), handled=False)


def test_it_delivers_the_mail_byte_for_byte() -> None:
    with mail_server() as server:
        send(server.url)
    assert (server.senders, server.recipients) == ([SENDER], [RECIPIENT])
    assert server.messages[0]["Subject"] == "Grüße"
    assert server.messages[0].get_content().replace("\r\n", "\n") == TEXT


def test_it_delivers_over_starttls(authority: trustme.CA) -> None:
    with mail_server(tls_context=context_of(authority), require_starttls=True) as server:
        send(f"{server.url}?tls=starttls")
    assert server.recipients == [RECIPIENT]


def test_it_delivers_over_tls(authority: trustme.CA) -> None:
    with mail_server(ssl_context=context_of(authority)) as server:
        send(f"{server.url}?tls=tls")
    assert server.recipients == [RECIPIENT]


@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_it_sends_nothing_to_a_server_whose_certificate_names_another_host(authority: trustme.CA, kind: str) -> None:
    context = context_of(authority, "mail.elsewhere.example")
    options = {"tls_context": context} if kind == "starttls" else {"ssl_context": context}
    with mail_server(**options) as server, pytest.raises(TemporaryFailure, match="certificate"):
        send(f"{server.url}?tls={kind}")
    assert server.attempts == 0


def test_it_sends_nothing_to_a_server_whose_authority_nobody_trusts(authority: trustme.CA) -> None:
    with mail_server(ssl_context=context_of(trustme.CA())) as server, pytest.raises(TemporaryFailure):
        send(f"{server.url}?tls=tls")
    assert server.attempts == 0


def test_it_never_falls_back_to_plain_text_where_starttls_is_configured(authority: trustme.CA) -> None:
    with mail_server() as server, pytest.raises(TemporaryFailure, match="STARTTLS"):
        send(f"{server.url}?tls=starttls")
    assert server.attempts == 0


def test_it_signs_in_with_a_password_that_needs_escaping_in_a_url(authority: trustme.CA) -> None:
    with mail_server(tls_context=context_of(authority), authenticator=login, auth_required=True) as server:
        send(f"{as_user(server.url, 'desk%40example:p%3A%2F%20ss%401')}?tls=starttls")
    assert server.recipients == [RECIPIENT]


def test_a_wrong_password_is_our_mistake_and_the_mail_waits(authority: trustme.CA) -> None:
    with (
        mail_server(tls_context=context_of(authority), authenticator=login, auth_required=True) as server,
        pytest.raises(TemporaryFailure, match="535"),
    ):
        send(f"{as_user(server.url, 'desk%40example:wrong')}?tls=starttls")
    assert not server.messages


def test_a_missing_password_is_our_mistake_and_the_mail_waits(authority: trustme.CA) -> None:
    with (
        mail_server(tls_context=context_of(authority), authenticator=login, auth_required=True) as server,
        pytest.raises(TemporaryFailure, match="530"),
    ):
        send(f"{server.url}?tls=starttls")
    assert not server.messages


def test_a_refused_recipient_is_permanent() -> None:
    with mail_server() as server:
        server.to_recipient = "550 no such user"
        with pytest.raises(PermanentFailure, match="550 no such user"):
            send(server.url)


def test_a_recipient_refused_for_now_is_temporary() -> None:
    with mail_server() as server:
        server.to_recipient = "450 greylisted"
        with pytest.raises(TemporaryFailure, match="450 greylisted"):
            send(server.url)


def test_refused_content_is_the_hosts_and_what_the_server_quotes_of_the_link_is_blacked_out() -> None:
    with mail_server() as server:
        server.to_content = f"554 bad link http://127.0.0.1:8000/l/{SECRET}"
        with pytest.raises(RefusedByHost, match="554 bad link") as failure:
            send(server.url)
    assert SECRET not in str(failure.value)


def test_content_refused_for_now_is_temporary() -> None:
    with mail_server() as server:
        server.to_content = "451 disk full"
        with pytest.raises(TemporaryFailure, match="451"):
            send(server.url)


@pytest.mark.parametrize("at", ["DATA", "."])
def test_a_server_that_dies_within_or_after_the_content_is_temporary(at: str) -> None:
    with breaking_server(at) as url, pytest.raises(TemporaryFailure):
        send(url)


def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    with breaking_server("") as url, pytest.raises(TemporaryFailure, match="timed out"):
        send(url, timeout=0.3)


def test_a_server_that_is_not_there_is_temporary() -> None:
    with pytest.raises(TemporaryFailure, match="refused"):
        send(f"smtp://127.0.0.1:{free_port()}")


def test_a_host_without_a_name_in_the_dns_is_temporary() -> None:
    with pytest.raises(TemporaryFailure):
        send("smtp://mail.invalid:25", timeout=5)


def test_a_server_that_is_rude_at_the_end_has_taken_the_mail_all_the_same() -> None:
    with mail_server() as server:
        server.to_quit = "421 go away"
        send(server.url)
    assert server.recipients == [RECIPIENT]


def test_it_writes_to_an_international_address() -> None:
    with mail_server() as server:
        send(server.url, to="jürgen@customer.example")
    assert server.recipients == ["jürgen@customer.example"]


def test_an_international_address_is_refused_for_good_where_the_server_takes_none() -> None:
    with (
        mail_server(enable_SMTPUTF8=False) as server,
        pytest.raises(PermanentFailure, match="takes no international address"),
    ):
        send(server.url, to="jürgen@customer.example")


def test_it_writes_a_file_that_only_we_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "to be made" / "outgoing"
    send(folder.as_uri())
    send(folder.as_uri())
    first, second = sorted(folder.iterdir())
    assert first.suffix == second.suffix == ".eml"
    assert first.stat().st_mode & 0o777 == 0o600
    assert message_from_bytes(first.read_bytes(), policy=default_policy)["Subject"] == "Grüße"


def test_a_folder_that_cannot_be_written_is_temporary_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TemporaryFailure, match="cannot write"):
        send((tmp_path / "file" / "outgoing").as_uri())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
