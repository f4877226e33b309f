"""Sending a mail once more, with a fresh link, or leaving it at that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from otalink.notifications import auto_replies, undeliverable
from otalink.notifications.auto_replies import AutoReply
from otalink.notifications.deliver import deliver
from otalink.notifications.models import MailState, OutboxMail
from otalink.notifications.results import resend
from otalink.tokens.redeem import Standing, inspect
from tests.notifications.reading import secret_in
from tests.notifications.results.mails import answer, mail
from tests.support.mail_server import mail_server
from tests.support.make import ANN


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.RETURNED, MailState.DROPPED])
def test_it_goes_again_as_a_new_mail_with_a_fresh_link(number: str, state: MailState, settings: Settings) -> None:
    undelivered = mail(number, state, article_id=answer(number))
    undeliverable.mark(ANN, "no such user")
    again = resend.send_again(undelivered)
    with mail_server() as server:
        settings.OTALINK_MAIL_URL = server.url
        assert deliver.call(again.pk) == MailState.SENT
    (message,) = server.messages
    assert message["Message-ID"] == f"<{again.message_id}>" != f"<{undelivered.message_id}>"
    assert inspect(secret_in(message)).standing is Standing.LIVE
    undelivered.refresh_from_db()
    assert (undelivered.state, undelivered.undelivered_since) == (state, None)


def test_two_who_want_it_at_once_send_it_once(number: str) -> None:
    undelivered = mail(number, MailState.FAILED)
    resend.send_again(undelivered)
    with pytest.raises(resend.CannotResend, match="queued again before"):
        resend.send_again(undelivered)
    assert OutboxMail.objects.filter(state=MailState.QUEUED).count() == 1


def test_what_was_sent_is_not_sent_again(number: str) -> None:
    with pytest.raises(resend.CannotResend, match="was sent"):
        resend.send_again(mail(number))


def test_what_waits_for_its_time_is_tried_now_and_not_twice(number: str) -> None:
    first, other = mail(number, MailState.QUEUED), mail(number, MailState.QUEUED)
    later = timezone.now() + timedelta(hours=4)
    DBTaskResult.objects.update(run_after=later)
    assert resend.send_again(first) == first
    times = {row.args_kwargs["args"][0]: row.run_after for row in DBTaskResult.objects.all()}
    assert times[first.pk] <= timezone.now()
    assert times[other.pk] == later
    assert OutboxMail.objects.count() == 2


def test_an_auto_reply_goes_again_with_what_it_said(number: str) -> None:
    auto_replies.queue(AutoReply(ANN, "support@localhost", "Refused", "We take no mail.", "refused"))
    OutboxMail.objects.update(state=MailState.FAILED)
    again = resend.send_again(OutboxMail.objects.get())
    assert (again.auto_reply.recipient, again.auto_reply.text) == (ANN, "We take no mail.")
    assert OutboxMail.objects.get(resend_of=None).auto_reply.text == "We take no mail."


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.FAILED, MailState.RETURNED])
def test_what_nobody_needs_is_neither_sent_nor_counted(number: str, state: MailState) -> None:
    unneeded = mail(number, state)
    resend.drop(unneeded)
    assert deliver.call(unneeded.pk) == "not queued"
    unneeded.refresh_from_db()
    assert (unneeded.state, unneeded.undelivered_since) == (MailState.DROPPED, None)


def test_what_was_sent_cannot_be_dropped(number: str) -> None:
    with pytest.raises(resend.CannotResend, match="was sent"):
        resend.drop(mail(number))
