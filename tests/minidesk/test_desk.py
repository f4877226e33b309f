"""The embedded desk keeps the contract of all desks, and its own promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import transaction

from otalink.desk.agent_types import FieldValue
from otalink.desk.agent_types import Queue as QueueChoice
from otalink.desk.port import DeskError
from otalink.desk.types import Article, ArticleDraft, Attachment, Routing, SenderType
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import DynamicField, DynamicFieldValue, History, Queue, Ticket
from tests.contracts.agent_desk import AgentDeskContract
from tests.contracts.desk import ROUTING, DeskContract
from tests.support import make
from tests.support.make import ANN, draft
from tests.support.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


@pytest.fixture
def desk() -> MiniDesk:
    return MiniDesk()


class TestMiniDesk(DeskContract):
    def text_field(self) -> str:
        return DynamicField.objects.create(name="Case", type="text").name

    def agent_reply(self, desk: MiniDesk, number: str, text: str, *, visible: bool = True) -> None:
        desk.add_agent_reply(number, draft(text, sender_type=SenderType.AGENT, visible_for_customer=visible))

    def close(self, number: str, state: str = "closed successful") -> None:
        changes.set_state(changes.find(number), state)

    def reopen(self, number: str) -> None:
        changes.set_state(changes.find(number), "open")


class TestAgentsOfMiniDesk(AgentDeskContract):
    def checkbox(self) -> FieldValue:
        field = DynamicField.objects.create(name="Escalated", label="Escalated!", type="checkbox")
        return FieldValue(field.name, field.label, is_checkbox=True, value="1")

    def another_queue(self) -> QueueChoice:
        queue = Queue.objects.create(name="Orders", email="orders@desk.example", sender_name="Orders")
        return QueueChoice(queue.pk, queue.name)


@pytest.fixture
def checkbox() -> DynamicField:
    return DynamicField.objects.create(name="OTACustomer", type="checkbox")


def test_it_sets_dynamic_fields_of_a_new_ticket(desk: MiniDesk, checkbox: DynamicField) -> None:
    ticket = desk.create_ticket(draft(), Routing(ANN, ANN, dynamic_fields={checkbox.name: "1"}))
    assert DynamicFieldValue.objects.get(ticket__number=ticket.number).value == "1"
    desk.set_dynamic_field(ticket.number, checkbox.name, "0")
    assert DynamicFieldValue.objects.get(ticket__number=ticket.number).value == "0"


def test_a_checkbox_takes_nothing_but_on_and_off(desk: MiniDesk, checkbox: DynamicField) -> None:
    number = desk.create_ticket(draft(), ROUTING).number
    with pytest.raises(DeskError, match="1 or 0"):
        desk.set_dynamic_field(number, checkbox.name, "maybe")


def test_a_ticket_it_cannot_file_leaves_nothing_behind(desk: MiniDesk) -> None:
    with pytest.raises(DeskError):
        desk.create_ticket(draft(), Routing(ANN, ANN, dynamic_fields={"NoSuchField": "1"}))
    assert (Ticket.objects.count(), History.objects.count()) == (0, 0)


def test_it_chooses_the_queue_by_name_then_by_recipient_then_the_default(desk: MiniDesk) -> None:
    Queue.objects.create(name="Sales", email="Sales@desk.example", sender_name="Sales")
    by_recipient = Routing(ANN, ANN, recipients=("who@x.example", "sales@desk.example"))
    assert desk.create_ticket(draft(), by_recipient).queue == "Sales"
    assert desk.create_ticket(draft(), ROUTING).queue == "Support"
    by_name = Routing(ANN, ANN, queue="Support", recipients=("sales@desk.example",))
    assert desk.create_ticket(draft(), by_name).queue == "Support"


def test_a_desk_without_queues_says_so(desk: MiniDesk) -> None:
    Queue.objects.all().delete()
    with pytest.raises(DeskError, match="no queue"):
        desk.create_ticket(draft(), ROUTING)


def test_it_keeps_the_same_bytes_once(desk: MiniDesk, data_folder: Path) -> None:
    for _ in range(3):
        desk.create_ticket(draft(attachments=(Attachment("a", "x/y", b"same"),)), ROUTING)
    kept = [path for path in (data_folder / "attachments").rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_the_first_answer_of_an_agent_opens_a_new_ticket(desk: MiniDesk) -> None:
    number = desk.create_ticket(draft(), ROUTING).number
    desk.add_agent_reply(number, draft("Hello.", sender_type=SenderType.AGENT))
    assert desk.find_ticket(number).state == "open"  # type: ignore[union-attr]


def test_a_close_can_be_dated_back() -> None:
    number = make.ticket().number
    then = datetime(2026, 1, 2, tzinfo=UTC)
    make.close(number, then)
    assert Ticket.objects.get(number=number).closed == then


def test_a_state_it_does_not_know_is_refused() -> None:
    with pytest.raises(DeskError, match="closed successful"):
        make.close(make.ticket().number, state="done")


def test_ticket_numbers_start_again_every_day() -> None:
    with time_machine.travel(datetime(2026, 1, 31, 23, 59, tzinfo=UTC), tick=False):
        assert [make.ticket().number for _ in range(2)] == ["202601311000001", "202601311000002"]
    with time_machine.travel(datetime(2026, 2, 1, tzinfo=UTC), tick=False):
        assert make.ticket().number == "202602011000001"


def test_a_ticket_that_is_late_at_midnight_is_numbered_with_the_new_day() -> None:
    numbers = []
    for moment in ("2026-01-31T23:59:59Z", "2026-02-01T00:00:01Z", "2026-01-31T23:59:59Z"):
        with time_machine.travel(moment):
            numbers.append(make.ticket().number)
    assert numbers == ["202601311000001", "202602011000001", "202602011000002"]


@pytest.mark.django_db(transaction=True)
def test_ticket_numbers_do_not_repeat_under_concurrency() -> None:
    def file_some(_: int) -> list[str]:
        found = []
        for _number in range(10):
            with transaction.atomic():
                found.append(changes.create_ticket(draft(), ROUTING).number)
        return found

    numbers = [number for some in together(4, file_some) for number in some]
    assert len(numbers) == len(set(numbers)) == 40


def test_an_international_address_of_a_queue_is_found_as_mail_servers_write_it() -> None:
    Queue.objects.create(name="Books", email="Support@Bücher.example")
    desk = MiniDesk()
    for address in ("support@xn--bcher-kva.example", "support@bücher.example", "SUPPORT@XN--BCHER-KVA.example"):
        assert desk.accepts_recipient(address)
        assert make.ticket(recipients=(address,)).queue == "Books"
    assert not desk.accepts_recipient("support@bucher.example")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("file", [MiniDesk.add_customer_reply, MiniDesk.add_agent_reply])
def test_a_form_sent_many_times_at_once_is_filed_once(
    desk: MiniDesk, file: Callable[[MiniDesk, str, ArticleDraft], Article]
) -> None:
    number = make.ticket().number
    filed = together(8, lambda _: file(desk, number, draft("Impatient.", message_id="form-1@desk.example")).id)
    assert filed == [desk.all_articles(number)[-1].id] * 8
    assert len(desk.all_articles(number)) == 2
