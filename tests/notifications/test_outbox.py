"""The outbox: queued with its transaction, found again by message id."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from otalink.notifications import outbox
from otalink.notifications.models import AUTO_REPLY, NotificationEvent, OutboxMail

pytestmark = pytest.mark.django_db
CREATED = NotificationEvent.TICKET_CREATED
SENT = (("17", "Ann"), ("17", "bob"), ("18", "cy"))


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


def test_it_knows_to_whom_it_sent_the_mails_about_a_ticket() -> None:
    anns, bobs, others = (outbox.draft(CREATED, number, customer_login=login) for number, login in SENT)
    nobodys, auto_reply = outbox.draft(CREATED, "17"), outbox.draft(AUTO_REPLY, "17", customer_login="eve")
    mails = [anns, bobs, others, nobodys, auto_reply]
    outbox.queue(mails)
    ids = [mail.message_id for mail in mails]
    assert outbox.readers_of(ids, "17") == {"ann", "bob"}
    assert outbox.readers_of(ids[1:2], "17") == {"bob"}
    assert outbox.readers_of(ids, "18") == {"cy"}
    assert outbox.readers_of([], "17") == outbox.readers_of(["unknown@x"], "17") == set()


@pytest.mark.parametrize("ids", [[], ["unknown@x"], [""], ["x" * 5_000], [f"{n}@x" for n in range(3_000)]])
def test_unknown_message_ids_find_no_ticket(ids: list[str]) -> None:
    outbox.queue([outbox.draft(CREATED, "17")])
    assert outbox.ticket_of_message_ids(ids) == ""


def test_message_ids_never_repeat() -> None:
    assert len({outbox.draft(CREATED, "1").message_id for _ in range(1_000)}) == 1_000
