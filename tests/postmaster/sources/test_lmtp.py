"""The LMTP server, over real sockets."""

from __future__ import annotations

import base64
import os
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from otalink.customers.models import CustomerUserRecord
from otalink.desk import current
from otalink.minidesk.models import Article, ArticleAttachment, History, Ticket
from otalink.postmaster import quarantine
from otalink.postmaster.sources import listener
from otalink.postmaster.sources.listener import Listener
from otalink.postmaster.sources.lmtp import serve
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER
from tests.postmaster.builders import mail, multipart, part

pytestmark = pytest.mark.django_db(transaction=True)

SEAMS = "tests.postmaster.seams"
TO = ["support@localhost"]


@pytest.fixture
def server() -> Iterator[Listener]:
    running = serve("127.0.0.1", 0)
    yield running
    running.stop()


@contextmanager
def _client(server: Listener) -> Iterator[smtplib.LMTP]:
    with smtplib.LMTP("127.0.0.1", server.port, timeout=30) as client:
        client.ehlo_or_helo_if_needed()
        yield client


def _answers(client: smtplib.LMTP, raw: bytes, to: list[str] = TO, sender: str = "ann@customer.example") -> list[int]:
    """The answer for each recipient."""
    assert client.mail(sender)[0] == 250
    for recipient in to:
        assert client.rcpt(recipient)[0] == 250
    first, _ = client.data(raw)
    return [first, *(client.getreply()[0] for _ in to[1:])]


def _talk(server: Listener, *pieces: bytes, wait: float = 0.1) -> bytes:
    """What the server says to these bytes, until it or we have nothing more to say."""
    said = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(wait)
        while received := connection.recv(65_536):
            said += received
    return said


def test_a_mail_is_filed_before_it_is_answered(server: Listener) -> None:
    with _client(server) as client:
        assert _answers(client, mail("It burns.")) == [250]
    assert Article.objects.get().text == "It burns."


def test_every_recipient_gets_an_answer_of_its_own_for_one_ticket(server: Listener) -> None:
    with _client(server) as client:
        assert _answers(client, mail(), ["support@localhost", "a@x.example", "b@x.example"]) == [250] * 3
        assert _answers(client, mail()) == [250]
    assert Ticket.objects.count() == 2


def test_a_thousand_recipients_get_a_thousand_answers(server: Listener) -> None:
    started = time.process_time()
    with _client(server) as client:
        assert _answers(client, mail(), [f"person{number}@x.example" for number in range(1_000)]) == [250] * 1_000
    assert time.process_time() - started < 5
    assert Ticket.objects.count() == 1


def test_the_greeting_names_what_lmtp_requires(server: Listener) -> None:
    with _client(server) as client:
        assert {"pipelining", "enhancedstatuscodes", "8bitmime", "smtputf8"} <= set(client.esmtp_features)
        assert client.esmtp_features["size"] == str(64 * 1_048_576)
        assert client.docmd("HELO", "x")[0] == 500


def test_a_bounce_comes_with_an_empty_sender_and_is_not_answered(server: Listener) -> None:
    with _client(server) as client:
        assert _answers(client, mail(), sender="") == [250]
    assert not History.objects.get(type="NewTicket").notify
    assert not CustomerUserRecord.objects.exists()


def test_x_otobo_headers_count_for_nothing_over_lmtp(server: Listener) -> None:
    with _client(server) as client:
        _answers(client, mail("Hello", "X-OTOBO-Title: Forged"))
    assert Ticket.objects.get().title == "Printer"


def test_dots_long_lines_and_bare_line_feeds_arrive_as_they_were_sent(server: Listener) -> None:
    body = b".\r\n..\r\n.x\r\n" + b"y" * 900_000 + b"\r\nbare\n.\nend\r\n"
    attached = part(body, "application/octet-stream; name=a.bin", "Content-Transfer-Encoding: 8bit")
    raw = multipart("mixed", attached)
    said = _talk(
        server,
        b"LHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<support@localhost>\r\nDATA\r\n",
        raw.replace(b"\r\n.", b"\r\n..") + b".\r\n",
        b"QUIT\r\n",
    )
    assert b"250 2.0.0 new ticket" in said
    assert ArticleAttachment.objects.get().size == len(body)


@pytest.mark.parametrize("raw", [b"", b"\r\n", b".\r\n", b"\r\n\r\n", b"a\r\n", b"\r\n.\r\n"])
def test_the_smallest_mails_end_where_they_end(server: Listener, raw: bytes) -> None:
    stuffed = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
    transaction = b"MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n" + stuffed + b".\r\n"
    said = _talk(server, b"LHLO x\r\n" + transaction, b"NOOP\r\nQUIT\r\n")
    assert said.count(b"\n250 2.0.0 new ticket") == 1
    assert said.endswith(b"221 Bye\r\n")


def test_several_mails_in_one_stream_of_bytes_are_told_apart(server: Listener) -> None:
    one = b"MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nSubject: %d\r\n\r\nHi\r\n.\r\n"
    said = _talk(server, b"LHLO x\r\n" + b"".join(one % number for number in range(20)) + b"QUIT\r\n")
    assert said.count(b"250 2.0.0 new ticket") == 20
    assert sorted(Ticket.objects.values_list("title", flat=True)) == sorted(str(number) for number in range(20))


def test_a_mail_that_arrives_byte_by_byte_is_whole(server: Listener) -> None:
    head = b"LHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n"
    content = b"Subject: slow\r\n\r\nHello\r\n..\r\n.\r\n"
    said = _talk(server, head, *(bytes([byte]) for byte in content), b"QUIT\r\n", wait=0.005)
    assert b"250 2.0.0 new ticket" in said
    assert Article.objects.get().text == "Hello\n."


def test_a_mail_inside_of_a_mail_is_not_smuggled_in(server: Listener) -> None:
    inner = b"\n.\nMAIL FROM:<evil@x.example>\nRCPT TO:<b@x.example>\nDATA\nSubject: smuggled\n\nHi\n.\n"
    with _client(server) as client:
        client.mail("a@x.example")
        client.rcpt(TO[0])
        client.putcmd("data")
        client.getreply()
        client.send(b"Subject: outer\r\n\r\nHi" + inner + b"\r\n.\r\n")
        assert client.getreply()[0] == 250
    assert Ticket.objects.get().title == "outer"


def test_a_mail_of_41_mb_is_taken_in_time(server: Listener) -> None:
    content = os.urandom(30_000_000)
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    raw = multipart("mixed", part(encoded, "application/pdf; name=a.pdf", "Content-Transfer-Encoding: base64"))
    with _client(server) as client:
        client.mail("a@x.example")
        client.rcpt(TO[0])
        client.putcmd("data")
        client.getreply()
        # Client and server are this process; its own time does not depend on what else the machine does.
        started = time.process_time()
        client.send(raw + b".\r\n")
        assert client.getreply()[0] == 250
        assert time.process_time() - started < 5
    assert ArticleAttachment.objects.get().size == len(content)


def test_a_mail_over_the_limit_is_refused_for_every_recipient_and_the_next_is_taken(server: Listener) -> None:
    store.set_value("PostMasterMaxEmailSize", 1)
    with _client(server) as client:
        assert _answers(client, mail("x\r\n" * 400_000), ["a@x.example", "b@x.example"]) == [552, 552]
        assert client.docmd("MAIL", "FROM:<a@x.example> SIZE=2000000")[0] == 552
        assert _answers(client, mail()) == [250]
    assert Ticket.objects.count() == 1


def test_a_mail_that_cannot_be_filed_is_answered_250_because_it_is_in_quarantine(server: Listener) -> None:
    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "Module": "no.such.Filter"})
    raw = mail()
    with _client(server) as client:
        assert _answers(client, raw, ["a@x.example", "b@x.example"]) == [250, 250]
    (item,) = quarantine.items()
    assert quarantine.read(item.id) == raw
    assert item.delivery.recipients == ("a@x.example", "b@x.example")


def test_a_mail_that_a_pre_filter_rejects_is_refused_with_the_reason(server: Listener) -> None:
    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "Module": f"{SEAMS}.RejectAll"})
    with _client(server) as client:
        client.mail("a@x.example")
        client.rcpt(TO[0])
        assert client.data(mail()) == (550, b"5.7.1 not wanted here")


def test_a_desk_that_is_away_means_451_for_every_recipient(server: Listener) -> None:
    selected = current.get_desk().__class__
    current.select(f"{SEAMS}.UnavailableDesk")
    try:
        with _client(server) as client:
            assert _answers(client, mail(), ["a@x.example", "b@x.example"]) == [451, 451]
    finally:
        current.select(f"{selected.__module__}.{selected.__name__}")
    assert not Ticket.objects.exists()


def test_a_client_that_hangs_up_in_the_middle_of_a_mail_leaves_nothing(server: Listener) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"LHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nSubject: half")
        time.sleep(0.2)
    with _client(server) as client:
        assert _answers(client, mail()) == [250]
    assert [ticket.title for ticket in Ticket.objects.all()] == ["Printer"]


def test_commands_in_the_wrong_order_are_refused(server: Listener) -> None:
    with _client(server) as client:
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("RCPT", "TO:<a@x.example>")[0] == 503
        assert client.docmd("MAIL", "FROM:<a@x.example>")[0] == 250
        assert client.docmd("DATA")[0] == 503


def test_a_command_that_trips_the_server_is_answered_try_later_and_the_next_is_taken(server: Listener) -> None:
    with _client(server) as client:
        assert client.docmd("MAIL", "FROM:<")[0] == 451
        assert _answers(client, mail()) == [250]


@pytest.mark.parametrize("sender", ["<>", "<a..b@x.example>", "<root>", "<@a.example:b@x.example>", "<a@b> SIZE=99"])
def test_senders_that_real_mail_servers_send_are_taken(server: Listener, sender: str) -> None:
    with _client(server) as client:
        assert client.docmd("MAIL", f"FROM:{sender}")[0] == 250


def test_more_connections_than_memory_is_for_are_asked_to_come_back(
    server: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MAX_CONNECTIONS", 1)
    with _client(server), smtplib.LMTP("127.0.0.1", server.port, timeout=10) as second:
        assert second.docmd("LHLO", "x")[0] == 421
        second.close()
    with _client(server) as client:
        assert _answers(client, mail()) == [250]


def test_stopping_finishes_the_mail_in_hand(data_folder: Path) -> None:
    server = serve("127.0.0.1", 0)
    raw = multipart("mixed", *[part(os.urandom(100_000), f"image/png; name={n}.png") for n in range(40)])
    answers: list[int] = []

    def deliver() -> None:
        client = smtplib.LMTP("127.0.0.1", server.port, timeout=30)
        client.ehlo_or_helo_if_needed()
        client.mail("a@x.example")
        client.rcpt(TO[0])
        answers.append(client.data(raw)[0])
        client.close()

    thread = threading.Thread(target=deliver)
    thread.start()
    while not (data_folder / "attachments").exists() and thread.is_alive():
        time.sleep(0.001)
    started = time.perf_counter()
    server.stop()
    thread.join()
    assert time.perf_counter() - started < 8
    assert answers == [250]
    assert Ticket.objects.count() == 1


def test_stopping_does_not_wait_for_idle_clients_and_twice_is_once() -> None:
    server = serve("127.0.0.1", 0)
    with smtplib.LMTP("127.0.0.1", server.port) as client:
        client.ehlo_or_helo_if_needed()
        started = time.perf_counter()
        server.stop()
        server.stop()
        assert time.perf_counter() - started < 2
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_a_port_in_use_is_an_os_error(server: Listener) -> None:
    with pytest.raises(OSError, match="in use"):
        serve("127.0.0.1", server.port)
