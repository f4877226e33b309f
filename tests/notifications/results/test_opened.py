"""That a customer saw their ticket: on the mails to them, and on nobody else's."""

from __future__ import annotations

from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from otalink.notifications.results import opened, status
from tests.notifications.results.mails import answer, mail
from tests.support.make import ANN


def opened_ones() -> set[int]:
    return set(OutboxMail.objects.exclude(opened_at=None).values_list("pk", flat=True))


def test_what_they_saw_is_opened_and_what_came_later_is_not(number: str) -> None:
    first, second = answer(number), answer(number)
    seen = mail(number, article_id=first)
    link = mail(number, event=NotificationEvent.PARTICIPANT_ADDED)
    mail(number, article_id=second)
    mail(number, article_id=first, login="bob@customer.example")
    opened.record(number, ANN, first)
    assert opened_ones() == {seen.pk, link.pk}


def test_the_first_time_stays(number: str) -> None:
    mail(number)
    opened.record(number, ANN, 1)
    before = OutboxMail.objects.get()
    opened.record(number, ANN, 2)
    assert OutboxMail.objects.get() == before
    assert OutboxMail.objects.get().opened_at == before.opened_at


def test_what_came_back_and_was_seen_is_not_sent_again(number: str) -> None:
    waiting = mail(number, MailState.QUEUED, returns=1)
    other = mail(number, MailState.QUEUED)
    opened.record(number, ANN, 1)
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.state, waiting.last_error) == (MailState.DROPPED, "its reader saw the ticket meanwhile")
    assert (other.state, other.last_error) == (MailState.QUEUED, "")
    assert status.undelivered_tickets() == []
