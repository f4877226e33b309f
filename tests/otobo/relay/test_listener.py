"""Taking mail over SMTP: every recipient, whatever is wrong with them, and a 250 only for what is safe."""

from __future__ import annotations

import smtplib
import socket
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from otalink.notifications.models import OutboxMail, PassedOnContent
from otalink.otobo.relay import received, service
from otalink.otobo.relay.listener import serve
from otalink.postmaster.sources.listener import Listener
from tests.otobo.relay.mails import alternative, single
from tests.support.product import wait_for
from tests.support.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def client(relay: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", relay.port, timeout=20)


def kept() -> list[tuple[str, str]]:
    return sorted(PassedOnContent.objects.values_list("sender", "recipient"))


def test_a_mail_with_several_recipients_is_kept_for_each(relay: Listener) -> None:
    with client(relay) as smtp:
        assert smtp.sendmail("otobo@localhost", ["ann@customer.example", "bob@customer.example"], alternative()) == {}
    assert kept() == [("otobo@localhost", "ann@customer.example"), ("otobo@localhost", "bob@customer.example")]


def test_the_null_sender_is_taken(relay: Listener) -> None:
    with client(relay) as smtp:
        smtp.sendmail("", ["ann@customer.example"], single())
    assert kept() == [("", "ann@customer.example")]


@pytest.mark.parametrize(
    "recipient", ["no address", "a@b@c", "@", "ann@", "j\u00f6rg@x.example", "ann@customer.example.", '"a b"@x.example']
)
def test_no_recipient_is_refused_since_that_would_lose_the_mail_for_all(relay: Listener, recipient: str) -> None:
    with client(relay) as smtp:
        smtp.ehlo()
        smtp.mail("otobo@localhost")
        codes = [smtp.docmd("RCPT", f"TO:<{one}>")[0] if one.isascii() else _raw(smtp, one) for one in
                 ("ann@customer.example", recipient)]  # fmt: skip
        assert (codes, smtp.data(single())[0]) == ([250, 250], 250)
    assert [found for _, found in kept()] == sorted(["ann@customer.example", recipient])


def _raw(smtp: smtplib.SMTP, recipient: str) -> int:
    assert smtp.sock
    smtp.sock.sendall(f"RCPT TO:<{recipient}>\r\n".encode())
    return smtp.getreply()[0]


def test_bytes_that_are_no_text_are_taken_too(relay: Listener) -> None:
    with client(relay) as smtp:
        smtp.ehlo()
        smtp.mail("otobo@localhost")
        assert smtp.sock
        smtp.sock.sendall(b"RCPT TO:<a\xff\x00b@x.example>\r\n")
        assert smtp.getreply()[0] == 250
        assert smtp.data(single())[0] == 250
    assert len(kept()) == 1


def test_a_mail_handed_over_again_is_kept_once(relay: Listener) -> None:
    for _ in range(2):
        with client(relay) as smtp:
            smtp.sendmail("otobo@localhost", ["ann@customer.example"], single())
    assert OutboxMail.objects.count() == 1


def test_it_is_deferred_and_not_kept_while_the_disk_takes_nothing(
    relay: Listener, data_folder: Path, settings: Settings
) -> None:
    (data_folder / "passed-on").write_text("a file where the folder should be")
    with client(relay) as smtp, pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.sendmail("otobo@localhost", ["ann@customer.example"], single())
    assert refused.value.smtp_code == 451
    assert kept() == []


def test_it_is_deferred_while_the_database_takes_nothing(relay: Listener) -> None:
    with connection.schema_editor() as editor:
        editor.alter_db_table(PassedOnContent, "notifications_passedoncontent", "elsewhere")
    try:
        with client(relay) as smtp, pytest.raises(smtplib.SMTPDataError) as refused:
            smtp.sendmail("otobo@localhost", ["ann@customer.example"], single())
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(PassedOnContent, "elsewhere", "notifications_passedoncontent")
    assert refused.value.smtp_code == 451
    assert (kept(), OutboxMail.objects.count()) == ([], 0)


def test_a_connection_cut_within_a_mail_leaves_nothing(relay: Listener) -> None:
    with socket.create_connection(("127.0.0.1", relay.port)) as cut:
        cut.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nSubject: x\r\n\r\nhalf")
        wait_for("354", lambda: b"354" in cut.recv(4096) or None)
    assert kept() == []


def test_nobody_but_the_clients_named_can_use_it(data_folder: Path) -> None:
    stranger = serve("127.0.0.1", 0, (ip_network("192.0.2.0/24"),))
    try:
        with socket.create_connection(("127.0.0.1", stranger.port)) as asking:
            asking.sendall(b"EHLO x\r\n")
            answers = asking.makefile("rb").read()
        assert b"554 5.7.1" in answers
    finally:
        stranger.stop()


def test_mail_that_goes_round_in_circles_ends(relay: Listener) -> None:
    raw = single()
    for _ in range(5):
        raw = received.traced(raw, "1@otalink")
    with client(relay) as smtp, pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.sendmail("otobo@localhost", ["ann@customer.example"], raw)
    assert refused.value.smtp_code == 554


def test_of_two_processes_the_second_takes_over_when_the_first_ends(data_folder: Path, settings: Settings) -> None:
    settings.OTALINK_OTOBO_CLIENTS = (ip_network("127.0.0.0/8"),)
    port = free_port()
    settings.OTALINK_OTOBO_RELAY = ("127.0.0.1", port)
    first, second = service.start(), service.start()
    assert first
    assert second
    try:
        first.stop()
        wait_for("the second", lambda: _answers(port) or None)
    finally:
        second.stop()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
            return asking.recv(100).startswith(b"220")
    except OSError:
        return False
