"""From the desk's history to the outbox: each step once, none lost, none of the distant past."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from otalink.desk.types import HistoryType, SenderType, Ticket
from otalink.minidesk import models as desk_models
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import History
from otalink.notifications.feed import feed
from otalink.notifications.models import FeedPosition, OutboxMail
from tests.support import make
from tests.support.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]
REAL_SEQUENCES = pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite has one writer at a time, so its history has no late comers"
)


def reply(number: str) -> None:
    MiniDesk().add_agent_reply(number, make.draft("Done.", sender_type=SenderType.AGENT))


def step(entry_id: int, number: str, *, seconds_ago: float = 0) -> None:
    """A history entry as a transaction leaves it that commits now."""
    History.objects.create(
        pk=entry_id,
        ticket=desk_models.Ticket.objects.get(number=number),
        type=HistoryType.AGENT_REPLY,
        created=timezone.now() - timedelta(seconds=seconds_ago),
    )


def read_ticket() -> str:
    """A ticket whose history was read, with no gap before it, whatever ids earlier tests used up."""
    number = make.ticket().number
    FeedPosition.objects.update_or_create(pk=1, defaults={"entry_id": last_id()})
    return number


def position() -> int:
    return FeedPosition.objects.get().entry_id


def queued() -> list[int | None]:
    return list(OutboxMail.objects.order_by("history_id").values_list("history_id", flat=True))


def last_id() -> int:
    return History.objects.order_by("-pk").values_list("pk", flat=True)[0]


def test_a_new_ticket_and_an_agents_reply_queue_a_mail_and_its_task_each() -> None:
    ticket = make.ticket()
    reply(ticket.number)
    assert feed() == 2
    mails = OutboxMail.objects.order_by("pk")
    assert [(mail.event, mail.ticket_number) for mail in mails] == [
        ("TicketCreated", ticket.number),
        ("AgentReplied", ticket.number),
    ]
    tasks = DBTaskResult.objects.ready().filter(task_path="otalink.notifications.deliver.deliver")
    assert sorted(task.args_kwargs["args"][0] for task in tasks) == [mail.pk for mail in mails]


def test_what_the_customer_writes_and_other_steps_queue_nothing() -> None:
    number = read_ticket()
    MiniDesk().add_follow_up(number, make.draft("And the toaster too."))
    MiniDesk().add_customer_reply(number, make.draft("And the kettle."))
    make.close(number)
    assert feed() == 0


def test_auto_replies_bounces_and_lists_are_not_answered() -> None:
    read_ticket()
    make.ticket(notify=False)
    assert feed() == 0
    assert position() == last_id()


def test_it_reads_each_step_once() -> None:
    make.ticket()
    assert (feed(), feed()) == (1, 0)


def test_a_look_at_nothing_new_writes_nothing(django_assert_max_num_queries: object) -> None:
    read_ticket()
    with django_assert_max_num_queries(2) as queries:  # type: ignore[operator]
        feed()
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


def test_many_steps_take_few_queries_beyond_one_insert_per_task(django_assert_max_num_queries: object) -> None:
    ticket = desk_models.Ticket.objects.get(number=make.ticket().number)
    feed()
    now = timezone.now()
    History.objects.bulk_create(History(ticket=ticket, type=HistoryType.AGENT_REPLY, created=now) for _ in range(1_200))
    with django_assert_max_num_queries(1_200 + 40):  # type: ignore[operator]
        assert feed() == 1_200


def test_a_step_that_becomes_visible_late_is_mailed_and_the_others_are_not_mailed_twice() -> None:
    number = read_ticket()
    first = last_id() + 1
    step(first + 1, number)
    assert feed() == 1
    assert position() == first - 1
    assert feed() == 0
    step(first, number)
    assert feed() == 1
    assert position() == first + 1
    assert queued() == [first, first + 1]


def test_a_gap_that_stays_is_passed_once_nobody_can_be_writing_into_it() -> None:
    number = read_ticket()
    late = last_id() + 5
    step(late, number)
    feed()
    assert position() < late
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert feed() == 0
        assert position() == late


def test_an_old_step_behind_a_fresh_gap_does_not_drag_the_position_over_it() -> None:
    number = read_ticket()
    start = position()
    step(start + 2, number)
    for entry_id in range(start + 3, start + 600):
        step(entry_id, number, seconds_ago=3_600)
    feed()
    assert position() == start
    step(start + 1, number)
    assert feed() == 1


def test_steps_queued_by_a_transaction_that_fails_are_read_again() -> None:
    make.ticket()
    with transaction.atomic():
        feed()
        transaction.set_rollback(True)
    assert not OutboxMail.objects.exists()
    assert feed() == 1


def test_a_desk_that_was_in_use_before_is_not_mailed_about_its_past() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        make.ticket()
    make.ticket()
    assert feed() == 0
    number = make.ticket().number
    assert feed() == 1
    assert OutboxMail.objects.get().ticket_number == number


def test_a_new_desk_is_answered_from_its_first_ticket_however_late_the_worker_starts() -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=50)):
        make.ticket()
    assert feed() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_that_read_at_once_queue_each_step_once() -> None:
    for _ in range(10):
        make.ticket()
    FeedPosition.objects.get_or_create(pk=1)
    assert sum(together(4, lambda _: feed())) == 10
    assert OutboxMail.objects.count() == 10


@REAL_SEQUENCES
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_ends_after_a_later_one_is_not_lost() -> None:
    slow, quick = make.ticket(), make.ticket()
    feed()
    begun, may_end = threading.Event(), threading.Event()

    def reply_slowly() -> None:
        try:
            with transaction.atomic():
                reply(slow.number)
                begun.set()
                may_end.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(reply_slowly)
        begun.wait(20)
        reply(quick.number)
        assert feed() == 1
        may_end.set()
        ending.result(20)
    assert feed() == 1
    assert OutboxMail.objects.order_by("-pk")[0].ticket_number == slow.number


def test_a_ticket_needs_no_customer_user_to_be_read(db: None) -> None:
    ticket: Ticket = make.ticket("nobody@customer.example")
    assert feed() == 1
    assert OutboxMail.objects.get().ticket_number == ticket.number
