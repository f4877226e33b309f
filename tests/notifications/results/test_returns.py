"""Mail of ours that came back: noted for the agents, and sent again a few times unless the address is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.common import retry
from otalink.customers import directory
from otalink.mail.refusals import Cause
from otalink.minidesk.models import History
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from otalink.notifications.results import returns
from tests.notifications.results.mails import answer, mail
from tests.support.make import ANN


def came_back(sent: OutboxMail, cause: Cause, said: str = "452 4.2.2 over quota") -> OutboxMail | None:
    """Note it; gives the mail that goes instead."""
    returns.note(sent, directory.find_by_login(ANN), cause, said)
    sent.refresh_from_db()
    return OutboxMail.objects.filter(resend_of=sent).first()


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.ADDRESS])
def test_what_says_nothing_of_the_address_is_noted_and_tried_again_in_an_hour(number: str, cause: Cause) -> None:
    sent = mail(number, article_id=answer(number))
    again = came_back(sent, cause)
    assert (sent.state, sent.undelivered_since) == (MailState.RETURNED, None)
    assert sent.last_error == f"{cause.value} (452 4.2.2 over quota)"
    assert again
    assert (again.state, again.customer_login, again.article_id, again.returns) == ("queued", ANN, sent.article_id, 1)
    assert again.undelivered_since
    assert again.message_id != sent.message_id
    task = DBTaskResult.objects.get(args_kwargs__args=[again.pk])
    assert timedelta(minutes=59) < task.run_after - timezone.now() < timedelta(minutes=61)
    text = History.objects.filter(type="Undeliverable").latest("id").text
    assert text.startswith(f"{ANN}: {cause.value} (452 4.2.2 over quota); it goes again on ")


def test_a_wrong_address_is_tried_no_more_and_somebody_should_know(number: str) -> None:
    sent = mail(number)
    assert came_back(sent, Cause.ADDRESS) is None
    assert (sent.state, bool(sent.undelivered_since)) == (MailState.RETURNED, True)


def test_what_comes_back_again_and_again_ends_after_three_times_each_later(number: str) -> None:
    sent, delays = mail(number), []
    while again := came_back(sent, Cause.POLICY):
        run_after = DBTaskResult.objects.get(args_kwargs__args=[again.pk]).run_after
        delays.append(round((run_after - timezone.now()) / timedelta(hours=1)))
        OutboxMail.objects.filter(pk=again.pk).update(state=MailState.SENT, sent_at=timezone.now())
        sent = OutboxMail.objects.get(pk=again.pk)
    assert delays == [1, 5, 24]
    assert len(delays) == retry.MOST_RETURNS
    assert (sent.state, bool(sent.undelivered_since)) == (MailState.RETURNED, True)


def test_a_second_report_about_the_same_mail_changes_nothing(number: str) -> None:
    sent = mail(number)
    came_back(sent, Cause.POLICY)
    came_back(sent, Cause.ADDRESS)
    assert OutboxMail.objects.filter(resend_of=sent).count() == 1
    assert sent.last_error.startswith(Cause.POLICY.value)
    assert History.objects.filter(type="Undeliverable").count() == 1


def test_what_its_reader_saw_on_the_page_arrived_whatever_came_back(number: str) -> None:
    sent = mail(number, opened_at=timezone.now())
    assert came_back(sent, Cause.MAILBOX_FULL) is None
    assert sent.undelivered_since is None


def test_a_link_is_not_sent_again_after_a_newer_one_but_an_answer_is(number: str) -> None:
    link = mail(number, event=NotificationEvent.TICKET_CREATED, sent_at=timezone.now() - timedelta(hours=1))
    reply = mail(number, sent_at=timezone.now() - timedelta(minutes=30))
    mail(number)
    assert came_back(link, Cause.POLICY) is None
    assert came_back(reply, Cause.POLICY)


def test_a_fresh_link_that_came_back_does_not_keep_its_reader_from_asking_for_another(number: str) -> None:
    sent = mail(number, event=NotificationEvent.LINK_REFRESHED)
    OutboxMail.objects.update(pending_key=None)
    again = came_back(sent, Cause.POLICY)
    assert again
    assert again.pending_key is None


def test_a_mail_about_a_ticket_that_is_gone_is_noted_all_the_same(number: str) -> None:
    sent = mail("1999010110000001")
    came_back(sent, Cause.ADDRESS)
    assert sent.state == MailState.RETURNED
