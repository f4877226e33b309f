"""The outbox: queued with its transaction, found again by message id."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from otalink.notifications import outbox
from otalink.notifications.models import NotificationEvent, OutboxMail

pytestmark = pytest.mark.django_db
CREATED = NotificationEvent.TICKET_CREATED


def test_a_mail_and_its_task_vanish_with_their_transaction() -> None:
    with transaction.atomic():
        outbox.queue([outbox.draft(CREATED, "1")])
        transaction.set_rollback(True)
    assert not OutboxMail.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_history_entry_cannot_be_mailed_twice() -> None:
    outbox.queue([outbox.draft(CREATED, "1", history_id=7)])
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.queue([outbox.draft(CREATED, "1", history_id=7)])
    assert DBTaskResult.objects.count() == 1


def test_a_reply_to_a_mail_of_ours_finds_its_ticket() -> None:
    mails = [outbox.draft(CREATED, "17"), outbox.draft(CREATED, "18")]
    outbox.queue(mails)
    assert outbox.ticket_of_message_ids(["unknown@x", mails[1].message_id, mails[0].message_id]) == "18"


@pytest.mark.parametrize("ids", [[], ["unknown@x"], [""], ["x" * 5_000], [f"{n}@x" for n in range(3_000)]])
def test_unknown_message_ids_find_no_ticket(ids: list[str]) -> None:
    outbox.queue([outbox.draft(CREATED, "17")])
    assert outbox.ticket_of_message_ids(ids) == ""


def test_message_ids_never_repeat() -> None:
    assert len({outbox.draft(CREATED, "1").message_id for _ in range(1_000)}) == 1_000
