"""What needs looking after: in the desk's header, in `check` and in `/readyz` the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from otalink.maintenance import heartbeat, problems
from otalink.maintenance.models import CronRun, WorkerHeartbeat
from otalink.notifications import mail_host
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, OutboxMail
from otalink.postmaster import quarantine
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.models import MailAccount
from tests.notifications.results.mails import mail
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """The quarantine of every test lies in a folder of its own."""


def kinds() -> list[str]:
    return [problem.kind for problem in problems.problems()]


def test_nothing_is_wrong_before_the_first_mail_and_the_first_worker() -> None:
    assert problems.problems() == []


def test_mail_that_was_not_delivered_is_counted_by_its_tickets() -> None:
    heartbeat.beat("worker")
    make.customer()
    for number in (make.ticket().number, make.ticket().number):
        mail(number, MailState.FAILED)
        mail(number, MailState.RETURNED)
    (problem,) = problems.problems()
    assert (problem.kind, problem.short) == ("not-delivered", "2 not delivered")
    assert problem.lines == ("mail about 2 tickets was not delivered; `otalink outbox list` says why",)
    OutboxMail.objects.update(undelivered_since=None)
    assert problems.problems() == []


def test_a_mail_host_that_refuses_everything_is_a_problem_until_it_takes_mail_again() -> None:
    for mail_id in (1, 2, 3):
        mail_host.refused(mail_id, "554 Relay access denied")
    (problem,) = problems.problems()
    assert (problem.kind, problem.short) == ("mail-host", "mail host refuses")
    assert problem.lines[0].startswith("the mail host takes nothing since ")
    assert problem.lines[0].endswith(": 554 Relay access denied")
    mail_host.answered()
    assert problems.problems() == []


def test_quarantined_mail_is_a_problem() -> None:
    quarantine.keep(b"Subject: x\r\n\r\n", Delivery(), "broken")
    (problem,) = problems.problems()
    assert (problem.short, problem.lines) == (
        "1 quarantined",
        ("1 mail in quarantine; `otalink quarantine list` says why",),
    )


def test_failing_accounts_are_named_and_disabled_ones_are_not() -> None:
    failing = {"host": "mail.example", "user": "help", "last_error": "no such password"}
    MailAccount.objects.create(name="help", failing_since=timezone.now(), **failing)
    MailAccount.objects.create(name="old", failing_since=timezone.now(), enabled=False, **failing)
    (problem,) = problems.problems()
    assert problem.short == "1 account failing"
    (line,) = problem.lines
    assert line.startswith("mail account help: fails since ")
    assert line.endswith("no such password")


def test_no_worker_is_a_problem_once_there_was_one_or_there_is_something_to_do() -> None:
    CronRun.objects.create(name="x", due=timezone.now())
    assert kinds() == ["no-worker"]
    heartbeat.beat("worker")
    assert kinds() == []
    WorkerHeartbeat.objects.update(seen=timezone.now() - heartbeat.DEAD_AFTER - timedelta(seconds=1))
    assert kinds() == ["no-worker"]


def test_mail_that_waits_for_a_first_worker_is_a_problem_until_it_was_read() -> None:
    make.ticket()
    assert kinds() == ["no-worker"]
    # By then no number between can still come, which other databases than SQLite leave out.
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        feed()
        assert kinds() == []


def test_everything_is_told_a_line_each_the_worst_first() -> None:
    make.customer()
    mail(make.ticket().number, MailState.FAILED)
    quarantine.keep(b"Subject: x\r\n\r\n", Delivery(), "broken")
    for name in ("a", "b"):
        MailAccount.objects.create(name=name, host="h", user="u", last_error="no", failing_since=timezone.now())
    assert kinds() == ["no-worker", "not-delivered", "quarantined", "accounts"]
    assert len(list(problems.lines())) == 5
