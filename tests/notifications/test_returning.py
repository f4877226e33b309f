"""Customers who write because no link reached them: who gets one with the answer, and who does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.minidesk.desk import MiniDesk
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, OutboxMail
from otalink.notifications.refresh import request_refresh
from otalink.tokens.issue import issue, mark_delivered, revoke
from otalink.tokens.redeem import Standing, redeem
from tests.notifications.reading import secret_in
from tests.support import make
from tests.support.mail_server import MailServer
from tests.support.make import ANN

pytestmark = pytest.mark.django_db


def send() -> None:
    feed()
    for pk in OutboxMail.objects.filter(state=MailState.QUEUED).values_list("pk", flat=True):
        deliver.call(pk)


def writes(ticket: Ticket, author: str = ANN, *, notify: bool = True, visible: bool = True) -> None:
    """A follow-up by mail, filed as intake files it."""
    draft = make.draft("No link came.", from_address=author, message_id="asks@x", visible_for_customer=visible)
    MiniDesk().add_follow_up(ticket.number, draft, notify=notify)


def refreshed() -> int:
    return OutboxMail.objects.filter(event="LinkRefreshed").count()


@pytest.fixture
def refused(ticket: Ticket, server: MailServer) -> Ticket:
    """A ticket whose one mail was refused."""
    server.to_recipient = "550 5.1.1 no such user"
    send()
    server.to_recipient = ""
    assert server.messages == []
    return ticket


@pytest.fixture
def answered(ticket: Ticket, server: MailServer) -> Ticket:
    """A ticket whose customer has a link."""
    send()
    assert len(server.messages) == 1
    return ticket


def test_whoever_was_told_to_write_and_does_gets_a_link_with_the_answer(
    answered: Ticket, server: MailServer, client: Client
) -> None:
    link = "/l/" + secret_in(server.messages[0])
    Client().post(link)
    for _ in range(rate_limits.REFRESH_PER_TICKET_AND_CUSTOMER.count):
        rate_limits.count(rate_limits.REFRESH_PER_TICKET_AND_CUSTOMER, f"{answered.number} {ANN}")
    assert "write to us again" in client.post(link, {"new": "1"}).content.decode()
    writes(answered)
    send()
    mail = server.messages[-1]
    assert len(server.messages) == 2
    assert mail["In-Reply-To"] == "<asks@x>"
    assert redeem(secret_in(mail)).standing is Standing.LIVE
    writes(answered)
    send()
    assert len(server.messages) == 2, "they have one now"


def test_whoever_was_refused_and_writes_gets_a_link(refused: Ticket, server: MailServer) -> None:
    assert not request_refresh(refused.number, ANN)
    writes(refused)
    send()
    assert redeem(secret_in(server.messages[0])).standing is Standing.LIVE


@pytest.mark.parametrize("how", ["revoked", "too old"])
def test_whose_link_was_ended_or_is_too_old_gets_one(answered: Ticket, server: MailServer, how: str) -> None:
    if how == "revoked":
        revoke(answered.number)
    with time_machine.travel(timezone.now() + timedelta(days=91 if how == "too old" else 0), tick=False):
        writes(answered)
        send()
    assert len(server.messages) == 2


@pytest.mark.parametrize("used", [False, True])
def test_whoever_has_or_had_a_link_just_gets_their_words_filed(
    answered: Ticket, server: MailServer, used: bool
) -> None:
    if used:
        redeem(secret_in(server.messages[0]))
    writes(answered)
    send()
    assert len(server.messages) == 1


def test_a_robot_gets_none(refused: Ticket) -> None:
    writes(refused, notify=False)
    feed()
    assert refreshed() == 0


@pytest.mark.parametrize("author", ["stranger@elsewhere.example", "bob@x.example"])
def test_somebody_else_gets_none_and_causes_none(refused: Ticket, author: str) -> None:
    make.customer("bob@x.example", "Bob", "Ray")
    writes(refused, author)
    feed()
    assert refreshed() == 0


def test_what_does_not_count_as_their_word_brings_none(refused: Ticket) -> None:
    writes(refused, visible=False)
    feed()
    assert refreshed() == 0


def test_a_participant_who_was_refused_gets_their_own(answered: Ticket, server: MailServer) -> None:
    make.customer("bob@x.example", "Bob", "Ray")
    server.to_recipient = "550 5.1.1 no such user"
    MiniDesk().add_participant(answered.number, "bob@x.example")
    send()
    server.to_recipient = ""
    writes(answered, "bob@x.example")
    send()
    assert server.recipients == [ANN, "bob@x.example"]


def test_no_more_than_three_an_hour(ticket: Ticket) -> None:
    mark_delivered(issue(ticket.number, ANN).id)
    feed()
    OutboxMail.objects.update(state=MailState.DROPPED)
    for _ in range(5):
        revoke(ticket.number)
        writes(ticket)
        feed()
        OutboxMail.objects.update(state=MailState.DROPPED, pending_key=None)
    assert refreshed() == rate_limits.REFRESH_FOR_A_MAIL.count


def test_history_that_is_read_again_brings_no_second_one(refused: Ticket) -> None:
    writes(refused)
    for _ in range(3):
        feed()
        OutboxMail.objects.filter(event="LinkRefreshed").update(state=MailState.DROPPED, pending_key=None)
    assert refreshed() == 1


def test_nobody_gets_one_after_the_end_of_access(refused: Ticket) -> None:
    writes(refused)
    make.close(refused.number, timezone.now() - timedelta(days=15))
    feed()
    assert refreshed() == 0
