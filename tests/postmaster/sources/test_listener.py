"""Listening for mail: orderly commands, few connections, and an end that loses nothing."""

from __future__ import annotations

import os
import smtplib
import socket
import threading
import time
from pathlib import Path

import pytest

from otalink.minidesk.models import Ticket
from otalink.postmaster import quarantine
from otalink.postmaster.sources import listener
from otalink.postmaster.sources.listener import Listener
from otalink.postmaster.sources.lmtp import serve
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER
from tests.postmaster.builders import mail, multipart, part
from tests.postmaster.filters.support import fails
from tests.postmaster.sources.lmtp_client import TO, answers, lmtp_client

pytestmark = pytest.mark.django_db(transaction=True)

SEAMS = "tests.postmaster.seams"


def test_a_mail_that_cannot_be_filed_is_answered_250_because_it_is_in_quarantine(server: Listener) -> None:
    fails("cannot be filed")
    raw = mail()
    with lmtp_client(server) as client:
        assert answers(client, raw, ["a@x.example", "b@x.example"]) == [250, 250]
    (item,) = quarantine.items()
    assert quarantine.read(item.id) == raw
    assert item.delivery.recipients == ("a@x.example", "b@x.example")


def test_a_mail_that_a_pre_filter_rejects_is_refused_with_the_reason(server: Listener) -> None:
    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "Module": f"{SEAMS}.RejectAll"})
    with lmtp_client(server) as client:
        client.mail("a@x.example")
        client.rcpt(TO[0])
        assert client.data(mail()) == (550, b"5.7.1 not wanted here")


def test_a_client_that_hangs_up_in_the_middle_of_a_mail_leaves_nothing(server: Listener) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"LHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nSubject: half")
        time.sleep(0.2)
    with lmtp_client(server) as client:
        assert answers(client, mail()) == [250]
    assert [ticket.title for ticket in Ticket.objects.all()] == ["Printer"]


def test_commands_in_the_wrong_order_are_refused(server: Listener) -> None:
    with lmtp_client(server) as client:
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("RCPT", "TO:<a@x.example>")[0] == 503
        assert client.docmd("MAIL", "FROM:<a@x.example>")[0] == 250
        assert client.docmd("DATA")[0] == 503


def test_a_command_that_trips_the_server_is_answered_try_later_and_the_next_is_taken(server: Listener) -> None:
    with lmtp_client(server) as client:
        assert client.docmd("MAIL", "FROM:<")[0] == 451
        assert answers(client, mail()) == [250]


@pytest.mark.parametrize("sender", ["<>", "<a..b@x.example>", "<root>", "<@a.example:b@x.example>", "<a@b> SIZE=99"])
def test_senders_that_real_mail_servers_send_are_taken(server: Listener, sender: str) -> None:
    with lmtp_client(server) as client:
        assert client.docmd("MAIL", f"FROM:{sender}")[0] == 250


def test_more_connections_than_memory_is_for_are_asked_to_come_back(
    server: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MAX_CONNECTIONS", 1)
    with lmtp_client(server), smtplib.LMTP("127.0.0.1", server.port, timeout=10) as second:
        assert second.docmd("LHLO", "x")[0] == 421
        second.close()
    with lmtp_client(server) as client:
        assert answers(client, mail()) == [250]


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
