"""Upgrades: what waits to be sent when a new version is installed still leaves, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from otalink.maintenance import queue
from otalink.notifications import auto_replies
from otalink.notifications.deliver import deliver
from otalink.notifications.models import AutoReplyContent, MailState, OutboxMail
from tests.support.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)
TASK = "otalink.notifications.answers.deliver_answer"
LATER_TASK = "otalink.notifications.auto_replies.deliver_answer"


def migrate(name: str) -> Any:
    state: Any = MigrationExecutor(connection).migrate([("notifications", name)])
    return state.apps


@pytest.fixture
def answers() -> Iterator[Any]:
    """The model of answers to refused mail, in a database of the version that had it."""
    try:
        yield migrate("0001_initial").get_model("notifications", "AnswerMail")
    finally:
        upgrade()


def upgrade() -> None:
    """To this version."""
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes("notifications")[0][1])


def answer(answers: Any, recipient: str, **values: Any) -> int:
    now = timezone.now()
    row = {
        "recipient": recipient,
        "limit_key": auto_replies._digest(recipient),
        "sender": "no-reply@desk.example",
        "subject": "Refused: Grüße",
        "text": "Please call us.",
        "in_reply_to": f"{recipient}.asked",
        "message_id": f"{recipient}.answered",
        "created": now,
        "changed": now,
        **values,
    }
    key: int = answers.objects.create(**row).pk
    return key


def mail(answers: Any) -> int:
    """A mail about a ticket that waits in the same database."""
    now = timezone.now()
    mails = answers._meta.apps.get_model("notifications", "OutboxMail").objects
    key: int = mails.create(event="TicketCreated", ticket_number="17", message_id="m@x", created=now, changed=now).pk
    return key


def task(key: int, path: str = TASK, status: TaskResultStatus = TaskResultStatus.READY) -> None:
    DBTaskResult.objects.create(
        task_path=path,
        args_kwargs={"args": [key], "kwargs": {}},
        backend_name="default",
        run_after=timezone.now(),
        status=status,
        worker_ids=["old"] if status is TaskResultStatus.RUNNING else [],
    )


def work() -> None:
    while rows := queue.claim("w"):
        queue.run(rows[0])


@pytest.mark.parametrize("path", [TASK, LATER_TASK])
def test_an_answer_that_waits_is_sent_after_the_upgrade_with_all_it_said(
    answers: Any, settings: Settings, path: str
) -> None:
    # Another mail has the number that the answer had.
    told_key = mail(answers)
    task(answer(answers, "bob@x.example"), path)
    upgrade()
    with mail_server() as server:
        settings.OTALINK_MAIL_URL = server.url
        work()
    (sent,) = server.messages
    assert (server.senders, server.recipients) == (["<>"], ["bob@x.example"])
    assert (sent["From"], sent["Subject"]) == ("no-reply@desk.example", "Refused: Grüße")
    assert (sent["In-Reply-To"], sent["Message-ID"]) == ("<bob@x.example.asked>", "<bob@x.example.answered>")
    assert sent.get_content().strip() == "Please call us."
    assert OutboxMail.objects.get(event="AutoReply").state == MailState.SENT
    told = OutboxMail.objects.get(pk=told_key)
    assert (told.state, told.attempts) == (MailState.QUEUED, 0)


def test_every_answer_keeps_its_state_its_times_and_its_count(answers: Any) -> None:
    old = timezone.now() - timedelta(days=2)
    answer(answers, "sent@x.example", state="sent")
    answer(answers, "failed@x.example", state="failed", last_error="550 no")
    answer(answers, "old@x.example", created=old, changed=old)
    upgrade()
    rows = {content.recipient: content.mail for content in AutoReplyContent.objects.select_related("mail")}
    assert {recipient: row.state for recipient, row in rows.items()} == {
        "sent@x.example": "sent",
        "failed@x.example": "failed",
        "old@x.example": "queued",
    }
    assert rows["sent@x.example"].sent_at == rows["sent@x.example"].changed
    assert (rows["failed@x.example"].last_error, rows["failed@x.example"].sent_at) == ("550 no", None)
    assert rows["old@x.example"].created == old
    assert [auto_replies.sent_today(f"{name}@x.example") for name in ("sent", "failed", "old")] == [1, 1, 0]


def test_many_answers_each_lead_to_their_own_mail(answers: Any) -> None:
    names = [f"n{number}@x.example" for number in range(1_100)]
    for name in names:
        task(answer(answers, name))
    upgrade()
    by_key = dict(AutoReplyContent.objects.values_list("mail_id", "recipient"))
    waiting = DBTaskResult.objects.filter(task_path="otalink.notifications.deliver.deliver")
    assert sorted(by_key[row.args_kwargs["args"][0]] for row in waiting) == sorted(names)


def test_a_task_in_the_hands_of_a_killed_worker_is_moved_as_well(answers: Any) -> None:
    task(answer(answers, "bob@x.example"), status=TaskResultStatus.RUNNING)
    upgrade()
    row = DBTaskResult.objects.get()
    assert (row.status, row.task.module_path) == ("RUNNING", "otalink.notifications.deliver.deliver")
    assert row.args_kwargs["args"] == [AutoReplyContent.objects.get().pk]


def test_a_task_without_its_answer_is_dropped_and_other_tasks_are_left_alone(answers: Any) -> None:
    kept = mail(answers)
    deliver.enqueue(kept)
    task(kept)
    upgrade()
    row = DBTaskResult.objects.get()
    assert (row.task_path, row.args_kwargs["args"]) == ("otalink.notifications.deliver.deliver", [kept])


@pytest.mark.parametrize(
    "path",
    [
        "otalink.notifications.deliver.deliver",
        "otalink.portal.mail_link.mail_link",
        "otalink.maintenance.schedule.run_scheduled",
    ],
)
def test_the_other_tasks_are_found_under_the_names_they_were_queued_with(path: str) -> None:
    task(1, path)
    assert DBTaskResult.objects.get().task.module_path == path
