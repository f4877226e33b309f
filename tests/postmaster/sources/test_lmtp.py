"""The LMTP server, over real sockets."""

from __future__ import annotations

import time

import pytest

from otalink.customers.models import CustomerUserRecord
from otalink.desk import current
from otalink.minidesk.models import Article, History, Ticket
from otalink.postmaster.sources.listener import Listener
from otalink.sysconfig import store
from tests.postmaster.builders import mail
from tests.postmaster.sources.lmtp_client import answers, lmtp_client

pytestmark = pytest.mark.django_db(transaction=True)

SEAMS = "tests.postmaster.seams"


def test_a_mail_is_filed_before_it_is_answered(server: Listener) -> None:
    with lmtp_client(server) as client:
        assert answers(client, mail("It burns.")) == [250]
    assert Article.objects.get().text == "It burns."


def test_every_recipient_gets_an_answer_of_its_own_for_one_ticket(server: Listener) -> None:
    with lmtp_client(server) as client:
        assert answers(client, mail(), ["support@localhost", "a@x.example", "b@x.example"]) == [250] * 3
        assert answers(client, mail()) == [250]
    assert Ticket.objects.count() == 2


def test_a_thousand_recipients_get_a_thousand_answers(server: Listener) -> None:
    started = time.process_time()
    with lmtp_client(server) as client:
        assert answers(client, mail(), [f"person{number}@x.example" for number in range(1_000)]) == [250] * 1_000
    assert time.process_time() - started < 5
    assert Ticket.objects.count() == 1


def test_the_greeting_names_what_lmtp_requires(server: Listener) -> None:
    with lmtp_client(server) as client:
        assert {"pipelining", "enhancedstatuscodes", "8bitmime", "smtputf8"} <= set(client.esmtp_features)
        assert client.esmtp_features["size"] == str(64 * 1_048_576)
        assert client.docmd("HELO", "x")[0] == 500


def test_a_bounce_comes_with_an_empty_sender_and_is_not_answered(server: Listener) -> None:
    with lmtp_client(server) as client:
        assert answers(client, mail(), sender="") == [250]
    assert not History.objects.get(type="NewTicket").notify
    assert not CustomerUserRecord.objects.exists()


def test_x_otobo_headers_count_for_nothing_over_lmtp(server: Listener) -> None:
    with lmtp_client(server) as client:
        answers(client, mail("Hello", "X-OTOBO-Title: Forged"))
    assert Ticket.objects.get().title == "Printer"


def test_a_mail_over_the_limit_is_refused_for_every_recipient_and_the_next_is_taken(server: Listener) -> None:
    store.set_value("PostMasterMaxEmailSize", 1)
    with lmtp_client(server) as client:
        assert answers(client, mail("x\r\n" * 400_000), ["a@x.example", "b@x.example"]) == [552, 552]
        assert client.docmd("MAIL", "FROM:<a@x.example> SIZE=2000000")[0] == 552
        assert answers(client, mail()) == [250]
    assert Ticket.objects.count() == 1


def test_a_desk_that_is_away_means_451_for_every_recipient(server: Listener) -> None:
    selected = current.get_desk().__class__
    current.select(f"{SEAMS}.UnavailableDesk")
    try:
        with lmtp_client(server) as client:
            assert answers(client, mail(), ["a@x.example", "b@x.example"]) == [451, 451]
    finally:
        current.select(f"{selected.__module__}.{selected.__name__}")
    assert not Ticket.objects.exists()
