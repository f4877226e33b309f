"""Auto-replies: a kind of outgoing mail, which belongs to no ticket and is given up sooner."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.tasks import TaskResultStatus
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from otalink.maintenance import queue
from otalink.notifications import auto_replies, outbox
from otalink.notifications.auto_replies import AutoReply
from otalink.notifications.deliver import deliver
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from tests.support.mail_server import breaking_server, mail_server

pytestmark = pytest.mark.django_db
PAGES = "/admin/notifications/outboxmail/"


def run_next() -> None:
    (row,) = queue.claim("w")
    queue.record_delivered([queue.run(row)])


def queued(recipient: str = "bob@x.example", sender: str = "no-reply@desk.example") -> OutboxMail:
    auto_replies.queue(AutoReply(recipient, sender, "Refused", "Please call us.", limit_key=recipient))
    mail: OutboxMail = OutboxMail.objects.latest("pk")
    return mail


def test_a_mail_that_refers_to_an_auto_reply_finds_no_ticket_but_that_of_other_mail_it_refers_to() -> None:
    refused = queued()
    told = outbox.draft(NotificationEvent.TICKET_CREATED, "17")
    outbox.queue([told])
    assert outbox.ticket_of_message_ids([refused.message_id]) == ""
    assert outbox.ticket_of_message_ids([refused.message_id, told.message_id]) == "17"
    assert outbox.find_sent([refused.message_id]) is None
    assert outbox.find_sent([refused.message_id, told.message_id]) == told


def test_only_those_of_one_key_within_a_day_count_together() -> None:
    queued("bob@x.example")
    queued("eve@x.example")
    assert auto_replies.sent_today("bob@x.example") == 1
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert auto_replies.sent_today("bob@x.example") == 0


def test_it_counts_its_attempts_and_says_when_it_left(settings: Settings) -> None:
    mail = queued()
    with breaking_server("DATA") as settings.OTALINK_MAIL_URL:
        run_next()
    with mail_server() as server, time_machine.travel(timezone.now() + timedelta(minutes=2)):
        settings.OTALINK_MAIL_URL = server.url
        run_next()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error, len(server.messages)) == (MailState.SENT, 2, "", 1)
    assert mail.sent_at is not None
    assert mail.sent_at >= mail.created + timedelta(minutes=2)


def test_given_up_after_a_day_it_is_not_tried_again(settings: Settings) -> None:
    mail = queued()
    with (
        breaking_server("DATA") as settings.OTALINK_MAIL_URL,
        time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)),
    ):
        run_next()
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert mail.last_error.startswith("RefusedByHost: ")
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


def test_one_from_an_impossible_sender_fails_at_once() -> None:
    mail = queued(sender="not an address")
    assert deliver.call(mail.pk) == MailState.FAILED


def test_the_list_of_outgoing_mail_can_be_narrowed_to_them(client: Client) -> None:
    outbox.queue([outbox.draft(NotificationEvent.TICKET_CREATED, "1717")])
    queued()
    client.force_login(User.objects.create_superuser("operator"))
    both = client.get(PAGES).text
    assert "bob@x.example" in both
    assert "1717" in both
    narrowed = client.get(PAGES, {"event__exact": "AutoReply"}).text
    assert "bob@x.example" in narrowed
    assert "1717" not in narrowed


def test_whoever_may_see_outgoing_mail_reads_what_it_said(client: Client) -> None:
    mail = queued()
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_outboxmail"))
    client.force_login(viewer)
    page = client.get(f"{PAGES}{mail.pk}/change/").text
    assert "Please call us." in page
    assert "no-reply@desk.example" in page
