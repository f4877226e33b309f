"""Delivering queued mail over a real mail server, and what becomes of its link whatever the server does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from otalink.common.retry import NOTIFICATIONS
from otalink.customers import directory
from otalink.customers.addresses import normal, require
from otalink.customers.backends.database import DatabaseBackend
from otalink.desk.types import SenderType, Ticket
from otalink.mail.incoming import parse
from otalink.minidesk import models as desk_models
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import History
from otalink.notifications import outbox
from otalink.notifications.deliver import deliver
from otalink.notifications.models import MailState, Notification, NotificationEvent, OutboxMail
from otalink.notifications.transport import mailer
from otalink.notifications.transport.mailer import TemporaryFailure
from otalink.sysconfig import store
from otalink.tokens import issue
from otalink.tokens.issue import Issued
from otalink.tokens.models import Token, TokenState
from otalink.tokens.redeem import Standing, inspect, redeem
from otalink.tokens.redeem_code import Typed, redeem_code
from tests.notifications.reading import code_in, part, secret_in
from tests.support import make
from tests.support.mail_server import MailServer, breaking_server
from tests.support.make import ANN
from tests.support.servers import free_port

pytestmark = pytest.mark.django_db


def queue(
    ticket: Ticket,
    event: NotificationEvent = NotificationEvent.TICKET_CREATED,
    *,
    login: str = "",
    article_id: int | None = None,
) -> OutboxMail:
    mail = outbox.draft(event, ticket.number, customer_login=login, article_id=article_id)
    outbox.queue([mail])
    return mail


def agent_reply(ticket: Ticket, text: str = "Pull the plug.", *, visible: bool = True) -> int:
    draft = make.draft(text, sender_type=SenderType.AGENT, visible_for_customer=visible)
    return MiniDesk().add_agent_reply(ticket.number, draft).id


def delivered_link(ticket: Ticket, server: MailServer) -> str:
    deliver.call(queue(ticket).pk)
    return secret_in(server.messages[-1])


def test_it_sends_the_customer_a_link_that_signs_in(ticket: Ticket, server: MailServer) -> None:
    mail = queue(ticket)
    assert deliver.call(mail.pk) == MailState.SENT
    mail.refresh_from_db()
    assert (mail.state, mail.customer_login, mail.attempts, mail.last_error) == ("sent", ANN, 1, "")
    assert mail.sent_at is not None
    assert (server.senders, server.recipients) == (["support@localhost"], [ANN])
    assert server.messages[0]["Message-ID"] == f"<{mail.message_id}>"
    assert redeem(secret_in(server.messages[0])).standing is Standing.LIVE


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("ann..lee@docomo.example", '"ann..lee"@docomo.example'),
        ('"ann lee"@x.example', '"ann lee"@x.example'),
        ("j\u00f6rg\u2603@b\u00fccher.example", "j\u00f6rg\u2603@xn--bcher-kva.example"),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
    ],
)
def test_whoever_can_have_a_ticket_gets_its_mail(server: MailServer, written: str, sent: str) -> None:
    author = parse(f"From: {written}\r\n\r\nHello".encode()).author_address
    user = make.customer(normal(author))
    mail = queue(make.ticket(user.login))
    assert deliver.call(mail.pk) == MailState.SENT
    (recipient,) = server.recipients
    # The server takes quotes for a way of writing.
    assert require(recipient).as_sent == sent


def test_the_newest_delivered_link_supersedes_the_older(ticket: Ticket, server: MailServer) -> None:
    first, second = delivered_link(ticket, server), delivered_link(ticket, server)
    assert inspect(first).standing is Standing.REPLACED
    assert inspect(second).standing is Standing.LIVE


def test_a_mail_is_sent_once_however_often_its_task_runs(ticket: Ticket, server: MailServer) -> None:
    mail = queue(ticket)
    deliver.call(mail.pk)
    assert deliver.call(mail.pk) == "not queued"
    assert len(server.messages) == 1


@pytest.mark.parametrize("reply", ["450 greylisted", "421 closing"])
def test_the_older_link_works_while_the_server_says_not_now(ticket: Ticket, server: MailServer, reply: str) -> None:
    older = delivered_link(ticket, server)
    server.to_recipient = reply
    mail = queue(ticket)
    with pytest.raises(TemporaryFailure):
        deliver.call(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert reply[:3] in mail.last_error
    assert inspect(older).standing is Standing.LIVE


@pytest.mark.parametrize("at", ["DATA", "."])
def test_the_older_link_works_when_the_server_dies_within_the_mail(
    ticket: Ticket, server: MailServer, settings: Settings, at: str
) -> None:
    older = delivered_link(ticket, server)
    with breaking_server(at) as settings.OTALINK_MAIL_URL, pytest.raises(TemporaryFailure):
        deliver.call(queue(ticket).pk)
    assert inspect(older).standing is Standing.LIVE


def test_the_older_link_works_while_the_server_is_away(ticket: Ticket, server: MailServer, settings: Settings) -> None:
    older = delivered_link(ticket, server)
    settings.OTALINK_MAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    with pytest.raises(TemporaryFailure):
        deliver.call(queue(ticket).pk)
    assert redeem(older).standing is Standing.LIVE


def test_a_second_try_succeeds_under_the_same_message_id_with_a_link_of_its_own(
    ticket: Ticket, server: MailServer
) -> None:
    mail = queue(ticket)
    server.to_content = "451 disk full"
    with pytest.raises(TemporaryFailure):
        deliver.call(mail.pk)
    server.to_content = ""
    assert deliver.call(mail.pk) == MailState.SENT
    assert server.messages[0]["Message-ID"] == f"<{mail.message_id}>"
    assert inspect(secret_in(server.messages[0])).standing is Standing.LIVE
    assert sorted(Token.objects.values_list("state", flat=True)) == [TokenState.ACTIVE, TokenState.SUPERSEDED]


def test_a_link_that_arrived_though_the_server_did_not_say_so_signs_in(
    ticket: Ticket, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Issued] = []
    real = issue.issue

    def remember(number: str, login: str) -> Issued:
        made.append(real(number, login))
        return made[-1]

    monkeypatch.setattr(issue, "issue", remember)
    with breaking_server(".") as settings.OTALINK_MAIL_URL, pytest.raises(TemporaryFailure):
        deliver.call(queue(ticket).pk)
    assert redeem(made[0].url.rpartition("/")[2]).standing is Standing.LIVE


def test_a_refused_address_withdraws_the_link_and_is_recorded_on_the_ticket(ticket: Ticket, server: MailServer) -> None:
    older = delivered_link(ticket, server)
    server.to_recipient = "550 no such user"
    mail = queue(ticket)
    assert deliver.call(mail.pk) == MailState.FAILED
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("failed", "550 no such user")
    assert Token.objects.order_by("pk").last().state == TokenState.REVOKED  # type: ignore[union-attr]
    assert inspect(older).standing is Standing.LIVE
    assert History.objects.get(type="Undeliverable").text == f"{ANN}: 550 no such user"


def test_an_address_that_is_none_is_recorded_on_the_ticket(db: None, server: MailServer) -> None:
    make.customer("ann, bob@customer.example")
    ticket = make.ticket("ann, bob@customer.example")
    assert deliver.call(queue(ticket).pk) == MailState.FAILED
    assert "no e-mail address" in History.objects.get(type="Undeliverable").text
    assert not Token.objects.exists()


def test_a_mail_refused_for_three_days_is_given_up_and_recorded(ticket: Ticket, server: MailServer) -> None:
    server.to_recipient = "450 greylisted"
    mail = queue(ticket)
    with time_machine.travel(timezone.now() + NOTIFICATIONS.give_up_after + timedelta(minutes=1)):
        assert deliver.call(mail.pk) == MailState.FAILED
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert "given up after 3 days" in History.objects.get(type="Undeliverable").text


def test_an_unexpected_error_leaves_the_mail_queued_and_says_why(ticket: Ticket, server: MailServer) -> None:
    support = desk_models.Queue.objects.get()
    support.email = "not an address"
    support.save()
    mail = queue(ticket)
    with pytest.raises(ValueError, match="no e-mail address"):
        deliver.call(mail.pk)
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED
    assert mail.last_error.startswith("ValueError: 'not an address'")


def test_nobody_is_written_to_where_there_is_no_customer_user(
    db: None, data_folder: object, server: MailServer
) -> None:
    mail = queue(make.ticket("nobody@customer.example"))
    assert deliver.call(mail.pk) == MailState.DROPPED
    mail.refresh_from_db()
    assert (mail.last_error, server.attempts) == ("nobody@customer.example is no valid customer user", 0)


@pytest.mark.parametrize("login", [ANN, "robot@customer.example", ""])
def test_an_agent_whose_answer_reaches_nobody_reads_so_on_the_ticket(
    ticket: Ticket, server: MailServer, login: str
) -> None:
    directory.backend_of(ANN).set_valid(ANN, False)
    desk_models.Ticket.objects.update(customer_login=login)
    article_id = agent_reply(ticket)
    assert deliver.call(queue(ticket, NotificationEvent.AGENT_REPLIED, article_id=article_id).pk) == MailState.DROPPED
    told = History.objects.get(type="Undeliverable").text
    assert told == f"{login or 'nobody'} is no valid customer user"


def test_a_disabled_customer_user_is_not_written_to(ticket: Ticket, server: MailServer) -> None:
    directory.backend_of(ANN).set_valid(ANN, False)
    assert deliver.call(queue(ticket).pk) == MailState.DROPPED
    assert server.attempts == 0


def test_a_ticket_that_is_gone_drops_its_mail(ticket: Ticket, server: MailServer) -> None:
    mail = queue(ticket)
    desk_models.Ticket.objects.all().delete()
    assert deliver.call(mail.pk) == MailState.DROPPED


def test_no_fresh_link_leaves_after_access_ended(ticket: Ticket, server: MailServer) -> None:
    make.close(ticket.number, timezone.now() - timedelta(days=15))
    assert deliver.call(queue(ticket, NotificationEvent.LINK_REFRESHED, login=ANN).pk) == MailState.DROPPED
    assert server.attempts == 0


def test_an_answer_that_closes_its_ticket_arrives_though_access_ends_at_the_close(
    ticket: Ticket, server: MailServer
) -> None:
    store.set_value("OneTimeAuth::AccessDaysAfterClose", 0)
    article_id = agent_reply(ticket)
    make.close(ticket.number)
    assert deliver.call(queue(ticket, NotificationEvent.AGENT_REPLIED, article_id=article_id).pk) == MailState.SENT
    text = part(server.messages[0], "plain")
    assert "Pull the plug." in text
    assert "simply reply to this mail" in text
    assert "http://" not in text + part(server.messages[0], "html")
    assert not Token.objects.exists()


def test_a_robot_that_opens_ticket_after_ticket_is_answered_forty_times_a_day(
    ticket: Ticket, server: MailServer
) -> None:
    now = timezone.now()
    answered = [outbox.draft(NotificationEvent.TICKET_CREATED, str(number), customer_login=ANN) for number in range(40)]
    OutboxMail.objects.bulk_create(answered)
    OutboxMail.objects.update(state=MailState.SENT, sent_at=now - timedelta(hours=23))
    assert deliver.call(queue(ticket).pk) == MailState.DROPPED
    article_id = agent_reply(ticket)
    assert deliver.call(queue(ticket, NotificationEvent.AGENT_REPLIED, article_id=article_id).pk) == MailState.SENT
    with time_machine.travel(now + timedelta(hours=2)):
        assert deliver.call(queue(ticket).pk) == MailState.SENT


def test_an_internal_note_reaches_no_customer(ticket: Ticket, server: MailServer) -> None:
    article_id = agent_reply(ticket, "He is difficult.", visible=False)
    mail = queue(ticket, NotificationEvent.AGENT_REPLIED, article_id=article_id)
    assert deliver.call(mail.pk) == MailState.DROPPED
    assert server.attempts == 0


def test_an_older_reply_is_sent_as_itself_though_a_newer_one_is_there(ticket: Ticket, server: MailServer) -> None:
    first = agent_reply(ticket, "First answer.")
    agent_reply(ticket, "Second answer.")
    deliver.call(queue(ticket, NotificationEvent.AGENT_REPLIED, article_id=first).pk)
    assert "First answer." in part(server.messages[0], "plain")
    assert "Second answer." not in part(server.messages[0], "plain")


def test_a_customer_user_with_a_password_gets_the_plain_link(ticket: Ticket, server: MailServer) -> None:
    DatabaseBackend("CustomerUser").set_password(ANN, "correct horse battery")
    assert deliver.call(queue(ticket).pk) == MailState.SENT
    for kind in ("plain", "html"):
        assert f"http://127.0.0.1:8000/tickets/{ticket.number}" in part(server.messages[0], kind)
    assert not Token.objects.exists()


def test_a_ticket_that_lies_elsewhere_is_linked_there(
    ticket: Ticket, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    DatabaseBackend("CustomerUser").set_password(ANN, "correct horse battery")
    monkeypatch.setattr(MiniDesk, "ticket_path", lambda _self, number: f"https://otobo.example/otobo?n={number}")
    deliver.call(queue(ticket).pk)
    assert f"https://otobo.example/otobo?n={ticket.number}\n" in part(server.messages[0], "plain")


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_it_talks_to_the_mail_server(
    ticket: Ticket, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real = mailer.send

    def look(*arguments: Any) -> None:
        seen.append(connection.in_atomic_block)
        real(*arguments)

    monkeypatch.setattr(mailer, "send", look)
    assert deliver.call(queue(ticket).pk) == MailState.SENT
    assert seen == [False]


def test_the_secret_stands_nowhere_in_the_database(ticket: Ticket, server: MailServer) -> None:
    secret = delivered_link(ticket, server)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert not re.search(re.escape(secret), repr(cursor.fetchall())), table


def test_the_code_of_the_mail_signs_in_at_the_link_of_the_mail(ticket: Ticket, server: MailServer) -> None:
    secret = delivered_link(ticket, server)
    assert redeem_code(secret, code_in(server.messages[-1])).typed is Typed.RIGHT


def test_an_operators_text_without_a_code_carries_one_all_the_same(ticket: Ticket, server: MailServer) -> None:
    text = "Here: <OTOBO_OTACustomerTicketLink>"
    Notification.objects.create(name="Own", event="TicketCreated", language="en", subject="Own", text=text)
    secret = delivered_link(ticket, server)
    assert redeem_code(secret, code_in(server.messages[-1])).typed is Typed.RIGHT


def test_every_attempt_has_a_code_of_its_own_for_its_own_link(ticket: Ticket, server: MailServer) -> None:
    first, second = delivered_link(ticket, server), delivered_link(ticket, server)
    codes = [code_in(message) for message in server.messages]
    assert len(set(codes)) == 2
    assert redeem_code(first, codes[1]).typed is Typed.WRONG
    assert redeem_code(second, codes[1]).typed is Typed.RIGHT
