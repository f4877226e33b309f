"""How far each mail about a ticket came, as agents see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from otalink.desk.types import Ticket
from otalink.mail.refusals import Cause
from otalink.minidesk.desk import MiniDesk
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from otalink.notifications.results import resend, returns, status
from otalink.notifications.undeliverable import mark
from tests.notifications.results.mails import answer, mail
from tests.support import make
from tests.support.mail_server import MailServer
from tests.support.make import ANN

NOW = timezone.now()


@pytest.mark.parametrize(
    ("state", "values", "shown", "reason"),
    [
        (MailState.QUEUED, {}, "queued", ""),
        (MailState.QUEUED, {"last_error": "451 try later"}, "queued", "451 try later"),
        (MailState.SENT, {}, "sent", ""),
        (MailState.SENT, {"opened_at": NOW}, "opened", ""),
        (MailState.FAILED, {}, "not delivered", "no such user"),
        (MailState.FAILED, {"opened_at": NOW}, "opened", ""),
        (MailState.RETURNED, {}, "not delivered", "no such user"),
        (MailState.DROPPED, {}, "not delivered", "no such user"),
        (MailState.DROPPED, {"undelivered_since": None, "last_error": "they take part no more"}, "not sent", "no more"),
    ],
)
def test_every_mail_says_how_far_it_came_and_why_no_further(
    number: str, state: MailState, values: dict[str, Any], shown: str, reason: str
) -> None:
    article_id = answer(number)
    mail(number, state, article_id=article_id, **values)
    (found,) = status.of_ticket(number)
    assert (found.article_id, found.reader, found.state) == (article_id, ANN, shown)
    assert reason in found.reason
    assert bool(found.reason) == bool(reason)
    assert found.can_go_again == (shown == "not delivered")


def test_a_bare_answer_of_a_mail_server_is_put_into_words(number: str) -> None:
    mail(number, MailState.FAILED, last_error="552 5.2.2 over quota")
    (found,) = status.of_ticket(number)
    assert found.reason == "the mailbox is full (552 5.2.2 over quota)"


def test_a_mail_that_came_back_and_waits_says_when_it_goes_again_and_why(number: str) -> None:
    returns.note(mail(number), None, Cause.MAILBOX_FULL, "over quota")
    (found,) = status.of_ticket(number)
    assert (found.state, found.reason) == ("goes again", "the mailbox is full (over quota)")
    assert found.at > timezone.now()
    assert status.undelivered_tickets() == [number]


def test_what_an_agent_s_answer_meets_at_the_mail_server_is_what_its_article_shows(
    number: str, server: MailServer
) -> None:
    answer(number)
    server.to_recipient = "550 5.1.1 no such user"
    feed()
    for queued in OutboxMail.objects.all():
        deliver.call(queued.pk)
    assert [found.state for found in status.of_ticket(number)] == ["not delivered", "not delivered"]
    assert status.undelivered_tickets() == [number]


def test_an_answer_that_is_held_back_for_a_marked_address_is_not_delivered(number: str, server: MailServer) -> None:
    mark(ANN, "no such user")
    held_back = mail(number, MailState.QUEUED, article_id=answer(number))
    assert deliver.call(held_back.pk) == MailState.DROPPED
    (found,) = status.of_ticket(number)
    assert (found.state, found.can_go_again) == ("not delivered", True)
    assert "came back" in found.reason


def test_tickets_with_mail_that_did_not_arrive_are_listed_until_somebody_decides(number: str) -> None:
    other = make.ticket()
    for ticket_number in (number, other.number):
        mail(ticket_number, MailState.FAILED)
    assert status.undelivered_tickets() == [other.number, number]
    resend.drop(OutboxMail.objects.get(ticket_number=number))
    again = resend.send_again(OutboxMail.objects.get(ticket_number=other.number))
    assert status.undelivered_tickets() == [other.number]
    OutboxMail.objects.filter(pk=again.pk).update(state=MailState.SENT)
    assert status.undelivered_tickets() == []


def test_a_confirmation_that_did_not_arrive_is_forgotten_with_its_ticket_and_an_answer_is_not(number: str) -> None:
    spam: Ticket = make.ticket()
    mail(number, MailState.FAILED)
    mail(spam.number, MailState.FAILED, event=NotificationEvent.TICKET_CREATED)
    for closed in (number, spam.number):
        MiniDesk().set_state(closed, "closed successful")
    assert status.undelivered_tickets() == [number]


def test_the_same_ticket_is_listed_once_and_what_was_opened_not_at_all(number: str) -> None:
    mail(number, MailState.FAILED)
    mail(number, MailState.RETURNED)
    assert status.undelivered_tickets() == [number]
    OutboxMail.objects.update(opened_at=NOW)
    assert status.undelivered_tickets() == []
