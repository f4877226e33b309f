"""Writing to the embedded desk: states, dynamic fields, and all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from otalink.desk.port import DeskError
from otalink.desk.types import Article, ArticleDraft, Routing, SenderType
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import DynamicField, DynamicFieldValue, History, Ticket
from tests.contracts.mail_desk import ROUTING
from tests.support import make
from tests.support.make import ANN, draft
from tests.support.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("file", [MiniDesk.add_customer_reply, MiniDesk.add_agent_reply])
def test_a_form_sent_many_times_at_once_is_filed_once(
    desk: MiniDesk, file: Callable[[MiniDesk, str, ArticleDraft], Article]
) -> None:
    number = make.ticket().number
    filed = together(8, lambda _: file(desk, number, draft("Impatient.", message_id="form-1@desk.example")).id)
    assert filed == [desk.all_articles(number)[-1].id] * 8
    assert len(desk.all_articles(number)) == 2
