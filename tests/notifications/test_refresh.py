"""Asking for a fresh link: the answer is True only when a mail is truly queued."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otalink.customers import directory
from otalink.customers.backends.database import DatabaseBackend
from otalink.customers.types import BackendUnavailable
from otalink.desk.types import Ticket
from otalink.limits import rate_limits
from otalink.minidesk import models as desk_models
from otalink.notifications import outbox
from otalink.notifications.deliver import deliver
from otalink.notifications.models import MailState, OutboxMail
from otalink.notifications.refresh import request_refresh
from otalink.tokens.issue import issue, mark_delivered
from otalink.tokens.redeem import Standing, inspect, redeem
from tests.notifications.reading import secret_in
from tests.support import make
from tests.support.mail_server import MailServer
from tests.support.make import ANN
from tests.support.together import together

pytestmark = pytest.mark.django_db


def run_queue() -> None:
    for pk in OutboxMail.objects.filter(state=MailState.QUEUED).values_list("pk", flat=True):
        deliver.call(pk)


def test_a_spent_link_is_followed_by_a_fresh_one_that_signs_in(ticket: Ticket, server: MailServer) -> None:
    issued = issue(ticket.number, ANN)
    mark_delivered(issued.id)
    redeem(issued.url.rpartition("/")[2])
    assert request_refresh(ticket.number, ANN)
    run_queue()
    assert server.recipients == [ANN]
    assert redeem(secret_in(server.messages[0])).standing is Standing.LIVE


def test_asking_again_while_one_is_queued_queues_no_second(ticket: Ticket) -> None:
    assert [request_refresh(ticket.number, ANN) for _ in range(10)] == [True] * 10
    assert OutboxMail.objects.count() == 1
    assert outbox.has_queued_refresh(ticket.number, ANN)


def test_after_it_was_sent_another_may_be_asked_for(ticket: Ticket, server: MailServer) -> None:
    request_refresh(ticket.number, ANN)
    run_queue()
    assert not outbox.has_queued_refresh(ticket.number, ANN)
    assert request_refresh(ticket.number, ANN)
    assert OutboxMail.objects.count() == 2


def test_no_more_than_three_an_hour_for_a_ticket(ticket: Ticket, server: MailServer) -> None:
    answers = []
    for _ in range(5):
        answers.append(request_refresh(ticket.number, ANN))
        run_queue()
    assert answers == [True, True, True, False, False]
    assert len(server.messages) == 3
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        assert request_refresh(ticket.number, ANN)


def test_no_more_than_ten_a_day_over_all_tickets_of_a_customer_user(ticket: Ticket) -> None:
    for _ in range(rate_limits.REFRESH_PER_CUSTOMER.count):
        rate_limits.count(rate_limits.REFRESH_PER_CUSTOMER, ANN)
    assert not request_refresh(ticket.number, ANN)


def test_a_disabled_customer_user_gets_none(ticket: Ticket) -> None:
    directory.backend_of(ANN).set_valid(ANN, False)
    assert not request_refresh(ticket.number, ANN)


def test_an_unknown_customer_user_gets_none(ticket: Ticket) -> None:
    assert not request_refresh(ticket.number, "nobody@customer.example")


def test_a_customer_user_without_a_usable_address_gets_none(db: None) -> None:
    make.customer("no address")
    assert not request_refresh(make.ticket("no address").number, "no address")


def test_a_ticket_that_is_gone_gets_none(ticket: Ticket) -> None:
    desk_models.Ticket.objects.all().delete()
    assert not request_refresh(ticket.number, ANN)


def test_a_ticket_whose_access_ended_gets_none(ticket: Ticket) -> None:
    make.close(ticket.number, timezone.now() - timedelta(days=14))
    assert not request_refresh(ticket.number, ANN)
    assert not OutboxMail.objects.exists()


def test_a_directory_that_does_not_answer_is_no_promise(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object) -> None:
        raise BackendUnavailable

    monkeypatch.setattr(DatabaseBackend, "find_by_login", unavailable)
    assert not request_refresh(ticket.number, ANN)


def test_an_address_that_refused_the_last_one_is_promised_nothing_for_an_hour(
    ticket: Ticket, server: MailServer
) -> None:
    server.to_recipient = "550 no such user"
    assert request_refresh(ticket.number, ANN)
    run_queue()
    assert not request_refresh(ticket.number, ANN)
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        assert request_refresh(ticket.number, ANN)


def test_a_refused_refresh_leaves_the_older_link_working(ticket: Ticket, server: MailServer) -> None:
    older = issue(ticket.number, ANN)
    mark_delivered(older.id)
    server.to_recipient = "550 no such user"
    request_refresh(ticket.number, ANN)
    run_queue()
    assert inspect(older.url.rpartition("/")[2]).standing is Standing.LIVE


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_queue_one_mail(ticket: Ticket) -> None:
    assert together(6, lambda _: request_refresh(ticket.number, ANN)) == [True] * 6
    assert OutboxMail.objects.count() == 1
