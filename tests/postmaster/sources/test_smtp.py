"""The SMTP listener, over real sockets."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from django.db import connection
from django.utils import timezone

from otalink.desk import current
from otalink.limits import rate_limits
from otalink.limits.models import LimitCounter
from otalink.limits.rate_limits import Limit
from otalink.minidesk.models import Article, Queue, Ticket
from otalink.postmaster.sources.listener import Listener
from otalink.postmaster.sources.smtp import MAX_RECIPIENTS, Access, serve
from otalink.sysconfig import store
from tests.postmaster.builders import mail

pytestmark = pytest.mark.django_db(transaction=True)

AUTHORITY = trustme.CA()
TO = "support@localhost"


@contextmanager
def _serving(access: Access | None = None) -> Iterator[Listener]:
    running = serve("127.0.0.1", 0, access or Access())
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def client() -> Iterator[smtplib.SMTP]:
    with _serving() as server, smtplib.SMTP("127.0.0.1", server.port, timeout=20) as connected:
        yield connected


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "server.pem"
    AUTHORITY.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(path)
    return path


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


def test_a_mail_is_filed_before_it_is_answered(client: smtplib.SMTP) -> None:
    assert client.sendmail("ann@customer.example", [TO], mail("It burns.")) == {}
    assert Article.objects.get().text == "It burns."


def test_several_recipients_get_one_answer_and_one_ticket(client: smtplib.SMTP) -> None:
    Queue.objects.create(name="Sales", email="sales@localhost", sender_name="Sales")
    assert client.sendmail("ann@customer.example", [TO, "Sales@Localhost"], mail()) == {}
    assert client.noop()[0] == 250
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("address", ["nobody@localhost", "support@elsewhere.example", "support"])
def test_an_address_that_no_queue_has_is_refused_at_once(client: smtplib.SMTP, address: str) -> None:
    client.ehlo()
    client.mail("ann@customer.example")
    assert client.rcpt(address)[0] == 550
    assert client.docmd("DATA")[0] == 503
    assert not Ticket.objects.exists()


def test_whoever_runs_the_server_can_be_reached_as_postmaster(client: smtplib.SMTP) -> None:
    assert client.sendmail("ann@customer.example", ["Postmaster"], mail()) == {}
    assert Ticket.objects.count() == 1


def test_known_recipients_get_the_mail_though_others_are_refused(client: smtplib.SMTP) -> None:
    refused = client.sendmail("ann@customer.example", ["nobody@localhost", TO], mail())
    assert refused["nobody@localhost"][0] == 550
    assert Ticket.objects.count() == 1


def test_a_desk_that_cannot_be_asked_means_try_later(client: smtplib.SMTP) -> None:
    client.ehlo()
    client.mail("ann@customer.example")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE minidesk_queue RENAME TO minidesk_away")
        try:
            assert client.rcpt(TO)[0] == 451
        finally:
            cursor.execute("ALTER TABLE minidesk_away RENAME TO minidesk_queue")
    assert client.rcpt(TO)[0] == 250


def test_mail_that_cannot_be_filed_now_is_not_taken(client: smtplib.SMTP) -> None:
    current.select("tests.postmaster.seams.UnavailableDesk")
    try:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.sendmail("ann@customer.example", [TO], mail())
    finally:
        current.select("otalink.minidesk.desk.MiniDesk")
    assert refusal.value.smtp_code == 451


def test_too_many_recipients_come_in_another_mail(client: smtplib.SMTP) -> None:
    client.ehlo()
    client.mail("ann@customer.example")
    assert {client.rcpt(TO)[0] for _ in range(MAX_RECIPIENTS)} == {250}
    assert client.rcpt(TO)[0] == 452


def test_a_mail_over_the_limit_is_refused_before_and_after_it_is_sent(client: smtplib.SMTP) -> None:
    store.set_value("PostMasterMaxEmailSize", 1)
    client.ehlo()
    assert client.esmtp_features["size"] == str(1_048_576)
    assert client.mail("ann@customer.example", ["size=1048577"])[0] == 552
    assert client.mail("ann@customer.example")[0] == 250
    client.rcpt(TO)
    assert client.data(mail("x" * 1_048_577))[0] == 552
    assert client.sendmail("ann@customer.example", [TO], mail()) == {}
    assert Ticket.objects.count() == 1


def test_a_host_that_only_says_helo_is_served(client: smtplib.SMTP) -> None:
    client.helo()
    client.mail("ann@customer.example")
    client.rcpt(TO)
    assert client.data(mail())[0] == 250


def test_without_a_certificate_there_is_neither_starttls_nor_a_login(client: smtplib.SMTP) -> None:
    client.ehlo()
    assert not client.has_extn("starttls")
    assert not client.has_extn("auth")
    assert client.docmd("AUTH", "PLAIN AGEAYg==")[0] >= 500


def test_mail_comes_over_starttls(certificate: Path) -> None:
    with _serving(Access(certificate)) as server, smtplib.SMTP("localhost", server.port, timeout=20) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        client.starttls(context=_context())
        client.ehlo()
        assert not client.has_extn("auth")
        assert client.sendmail("ann@customer.example", [TO], mail("over TLS")) == {}
    assert Article.objects.get().text == "over TLS"


def test_commands_before_encryption_do_not_count_after_it(certificate: Path) -> None:
    with _serving(Access(certificate)) as server, socket.create_connection(("localhost", server.port), 10) as plain:
        plain.recv(1_000)
        plain.sendall(b"EHLO x\r\n")
        plain.recv(10_000)
        plain.sendall(b"STARTTLS\r\nMAIL FROM:<evil@x.example>\r\n")
        plain.recv(1_000)
        try:
            secure = _context().wrap_socket(plain, server_hostname="localhost")
        except OSError:
            return  # what came too early was taken for a part of the encryption: the server hung up
        with secure:
            secure.sendall(b"NOOP\r\n")
            assert secure.recv(1_000).startswith(b"250")
            secure.sendall(b"RCPT TO:<support@localhost>\r\n")
            assert secure.recv(1_000).startswith(b"503")


def _sign_in(server: Listener, password: str) -> tuple[int, bytes]:
    """What a client that tries once is told; `421` means that the connection is closed, too."""
    words = base64.b64encode(b"\0scanner\0" + password.encode()).decode()
    with smtplib.SMTP("localhost", server.port, timeout=20) as client:
        client.starttls(context=_context())
        client.ehlo()
        code, answer = client.docmd("AUTH", f"PLAIN {words}")
        if code == 421:
            with pytest.raises(smtplib.SMTPServerDisconnected):
                client.noop()
        return code, answer


def test_after_too_many_wrong_passwords_a_client_is_sent_away_for_a_while(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit("smtp/test", 3, 900)
    monkeypatch.setattr(rate_limits, "SMTP_PASSWORD_PER_CLIENT", limit)
    access = Access(certificate, "scanner:Secret-Word-1")
    with _serving(access) as server, smtplib.SMTP("localhost", server.port, timeout=20) as signed_in:
        signed_in.starttls(context=_context())
        signed_in.login("scanner", "Secret-Word-1")
        assert [_sign_in(server, "Secret-Word-2")[0] for _ in range(3)] == [535] * 3
        # The right one helps no more, or guessing would.
        assert _sign_in(server, "Secret-Word-1") == (421, b"4.7.0 Too many wrong passwords, please try again later")
        # Whoever was in already stays in.
        assert signed_in.sendmail("ann@customer.example", [TO], mail()) == {}
        LimitCounter.objects.update(window=timezone.now() - timedelta(seconds=limit.seconds + 1))
        assert _sign_in(server, "Secret-Word-1")[0] == 235


def test_right_passwords_are_not_counted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "SMTP_PASSWORD_PER_CLIENT", Limit("smtp/test", 2, 900))
    with _serving(Access(certificate, "scanner:Secret-Word-1")) as server:
        assert [_sign_in(server, "Secret-Word-1")[0] for _ in range(4)] == [235] * 4


def test_where_a_login_is_set_nobody_sends_without_it(certificate: Path) -> None:
    access = Access(certificate, "scanner:Secret-Word-1")
    with _serving(access) as server, smtplib.SMTP("localhost", server.port, timeout=20) as client:
        client.ehlo()
        assert client.mail("ann@customer.example")[0] == 530
        assert client.docmd("AUTH", "PLAIN AHNjYW5uZXIAU2VjcmV0LVdvcmQtMQ==")[0] == 538
        client.starttls(context=_context())
        client.ehlo()
        assert client.mail("ann@customer.example")[0] == 530
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("scanner", "Secret-Word-2")
        client.login("scanner", "Secret-Word-1")
        assert client.sendmail("ann@customer.example", [TO], mail()) == {}
    assert Ticket.objects.count() == 1
