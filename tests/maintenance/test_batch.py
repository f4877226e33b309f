"""Batches of tasks, and what becomes of mail whose host refuses it for a while: all of it arrives, once."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import AuthResult
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from otalink.common.retry import REFUSED_BY_HOST
from otalink.desk.types import Ticket
from otalink.maintenance import batch
from otalink.minidesk.models import History
from otalink.notifications import mail_host, outbox
from otalink.notifications.models import MailHostTrouble, MailState, NotificationEvent, OutboxMail
from otalink.notifications.transport import mailer
from tests.maintenance import sample_tasks
from tests.support import make
from tests.support.mail_server import MailServer, breaking_server, mail_server

pytestmark = pytest.mark.django_db
MAILS = 8


@pytest.fixture
def ticket(db: None, data_folder: object) -> Ticket:
    make.customer()
    return make.ticket()


def queue_mails(ticket: Ticket, count: int = MAILS) -> list[str]:
    mails = [outbox.draft(NotificationEvent.PARTICIPANT_ADDED, ticket.number, history_id=n) for n in range(count)]
    outbox.queue(mails)
    return [mail.message_id for mail in mails]


def work() -> None:
    """What a worker does until nothing is due."""
    with mailer.one_session():
        while batch.work("w", lambda: False):
            pass


def arrived(server: MailServer) -> list[str]:
    return sorted(message["Message-ID"].strip("<>") for message in server.messages)


def refuse_sign_in(*_: Any) -> AuthResult:
    return AuthResult(success=False, handled=False)


@contextmanager
def refusing(**answers: str) -> Iterator[str]:
    with mail_server() as server:
        for name, answer in answers.items():
            setattr(server, name, answer)
        yield server.url


@contextmanager
def no_sign_in() -> Iterator[str]:
    with mail_server(authenticator=refuse_sign_in, auth_require_tls=False) as server:
        yield server.url.replace("smtp://", "smtp://desk:secret@")


@contextmanager
def nobody() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"smtp://127.0.0.1:{port}"


OUTAGES: dict[str, Callable[[], Any]] = {
    "554 Relay access denied": lambda: refusing(to_recipient="554 Relay access denied"),
    "554 5.7.1": lambda: refusing(to_recipient="554 5.7.1 <ann@customer.example>: Relay access denied"),
    "451": lambda: refusing(to_recipient="451 4.3.0 Temporary lookup failure"),
    "421": lambda: refusing(to_sender="421 4.7.0 too many of you"),
    "550 sender": lambda: refusing(to_sender="550 5.7.1 sender refused"),
    "530": lambda: refusing(to_sender="530 5.7.0 Authentication required"),
    "554 content": lambda: refusing(to_content="554 5.7.1 blocked by policy"),
    "451 content": lambda: refusing(to_content="451 4.3.1 disk full"),
    "sign-in": no_sign_in,
    "nobody": nobody,
    **{f"breaks at {at}": partial(breaking_server, at) for at in ("EHLO", "MAIL", "RCPT", "DATA", ".")},
}


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
def test_whatever_the_host_refuses_is_kept_over_three_days_and_arrives_once(
    ticket: Ticket, settings: Settings, outage: Callable[[], Any]
) -> None:
    ids, now = queue_mails(ticket), timezone.now()
    with mail_server() as server, time_machine.travel(now, tick=False) as clock:
        good = server.url
        with outage() as bad:
            settings.OTALINK_MAIL_URL = bad
            work()
            assert (trouble := mail_host.trouble())
            assert trouble.since == now
            # The others were not tried.
            assert OutboxMail.objects.filter(attempts=0, state=MailState.QUEUED).count() == MAILS - 3
            for days in (0.01, 0.5, 1, 2, 3.1):
                clock.move_to(now + timedelta(days=days))
                work()
            assert OutboxMail.objects.filter(state=MailState.QUEUED).count() == MAILS
            assert mail_host.trouble()
        # For the database it is the same host, which works again.
        MailHostTrouble.objects.update(host=good)
        settings.OTALINK_MAIL_URL = good
        clock.shift(timedelta(minutes=6))
        work()
        assert mail_host.trouble() is None
    assert arrived(server) == sorted(ids)
    assert not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists()


def test_while_the_host_refuses_one_mail_asks_after_each_pause(ticket: Ticket, settings: Settings) -> None:
    queue_mails(ticket)
    with mail_server() as server, time_machine.travel(timezone.now(), tick=False) as clock:
        settings.OTALINK_MAIL_URL, server.to_recipient = server.url, "554 Relay access denied"
        work()
        assert server.offers == 3
        for seconds, offers in ((5, 3), (5, 3), (6, 4), (16, 4), (16, 5)):
            clock.shift(timedelta(seconds=seconds))
            work()
            assert server.offers == offers


def test_an_answer_is_given_up_only_after_two_weeks_of_refusals_and_says_why(
    ticket: Ticket, settings: Settings
) -> None:
    queue_mails(ticket, 1)
    with mail_server() as server, time_machine.travel(timezone.now(), tick=False) as clock:
        settings.OTALINK_MAIL_URL, server.to_recipient = server.url, "554 Relay access denied"
        work()
        clock.shift(REFUSED_BY_HOST.give_up_after - timedelta(hours=1))
        work()
        assert OutboxMail.objects.get().state == MailState.QUEUED
        clock.shift(timedelta(hours=5))
        work()
    mail = OutboxMail.objects.get()
    assert (mail.state, mail.last_error) == (MailState.FAILED, "RefusedByHost: 554 Relay access denied")
    assert "given up after 14 days" in History.objects.get(type="Undeliverable").text


def test_a_mailbox_that_is_full_after_an_outage_is_tried_for_three_more_days(
    ticket: Ticket, settings: Settings
) -> None:
    (message_id,) = queue_mails(ticket, 1)
    with mail_server() as server, time_machine.travel(timezone.now(), tick=False) as clock:
        settings.OTALINK_MAIL_URL = server.url
        for mail_id in (901, 902, 903):
            mail_host.refused(mail_id, "554 Relay access denied")
        clock.shift(timedelta(days=4))
        server.to_recipient = "452 4.2.2 mailbox full"
        work()
        assert mail_host.trouble() is None
        assert OutboxMail.objects.get().state == MailState.QUEUED
        clock.shift(timedelta(days=1))
        server.to_recipient = ""
        work()
    assert arrived(server) == [message_id]


def test_a_refused_recipient_is_not_the_hosts_fault_and_stops_nobody(ticket: Ticket, settings: Settings) -> None:
    queue_mails(ticket)
    with mail_server() as server:
        settings.OTALINK_MAIL_URL, server.to_recipient = server.url, "550 5.1.1 user unknown"
        work()
        assert OutboxMail.objects.filter(state=MailState.FAILED).count() == MAILS
    assert mail_host.trouble() is None


def test_other_tasks_run_while_the_mail_waits(ticket: Ticket, settings: Settings) -> None:
    queue_mails(ticket)
    with mail_server() as server:
        settings.OTALINK_MAIL_URL, server.to_recipient = server.url, "554 Relay access denied"
        work()
        sample_tasks.note.enqueue("meanwhile")
        work()
    assert DBTaskResult.objects.get(task_path__endswith="note").status == TaskResultStatus.SUCCESSFUL


def test_a_batch_goes_over_one_session(ticket: Ticket, settings: Settings) -> None:
    ids = queue_mails(ticket, batch.MOST * 2 + 3)
    with mail_server() as server:
        settings.OTALINK_MAIL_URL = server.url
        work()
    assert arrived(server) == sorted(ids)
    assert server.sessions == 1


def test_a_server_that_ends_the_session_between_two_mails_is_asked_for_another(
    ticket: Ticket, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST", 1)
    ids = queue_mails(ticket, 3)
    with mail_server(timeout=0.2) as server, mailer.one_session():
        settings.OTALINK_MAIL_URL = server.url
        while batch.work("w", lambda: False):
            time.sleep(0.5)
    assert arrived(server) == sorted(ids)
    assert server.sessions == 3


def test_a_server_that_takes_few_mails_a_session_gets_them_over_several(ticket: Ticket, settings: Settings) -> None:
    ids = queue_mails(ticket, 7)
    with mail_server() as server:
        settings.OTALINK_MAIL_URL, server.mails_a_session = server.url, 3
        work()
    assert arrived(server) == sorted(ids)
    assert server.sessions == 3
    assert not OutboxMail.objects.exclude(attempts=1).exists()


def test_what_a_stopped_worker_has_not_begun_is_given_back_as_if_it_was_never_claimed(ticket: Ticket) -> None:
    for number in range(5):
        sample_tasks.note.enqueue(f"n{number}")
    stop = iter([False, False, True, True, True])
    batch.work("w", lambda: next(stop))
    left = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    assert [row.worker_ids for row in left] == [[], [], []]
    assert DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL).count() == 2


def test_a_batch_that_takes_long_is_left_to_others(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "SECONDS", 0.0)
    for number in range(3):
        sample_tasks.note.enqueue(f"n{number}")
    assert batch.work("w", lambda: False)
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 3
