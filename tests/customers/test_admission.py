"""Senders who wait are let in by an agent's decision or answer."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from otalink.customers import admission, commands, directory, pending
from otalink.customers.models import PendingSender
from otalink.customers.types import BackendReadOnly, CustomerUserUnknown
from otalink.desk.types import SenderType
from otalink.minidesk.desk import MiniDesk
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from tests.customers.newcomers import limit, logins, write
from tests.support import make

pytestmark = pytest.mark.django_db


def test_an_agent_who_lets_a_sender_in_has_all_their_waiting_tickets_answered() -> None:
    limit(hour=1)
    first, second, other = write("z@z.example", '"Lee, Ann" <Ann@x.example>', "ann@x.example", "bob@x.example")[1:]
    assert commands.admit(first.ticket) == {"ticket": first.ticket, "customer_user": "ann@x.example"}
    customer = directory.find_by_login("ann@x.example")
    assert customer is not None
    assert (customer.full_name, customer.valid) == ("Ann Lee", True)
    feed()
    assert {first.ticket, second.ticket} < set(OutboxMail.objects.values_list("ticket_number", flat=True))
    assert [row.ticket_number for row in PendingSender.objects.all()] == [other.ticket]
    with pytest.raises(CustomerUserUnknown, match="nobody waits"):
        admission.admit(second.ticket)


def test_an_agent_s_answer_lets_its_reader_in() -> None:
    limit(hour=1)
    write("z@z.example")
    first, second = write("ann@x.example", "ann@x.example")
    MiniDesk().add_agent_reply(first.ticket, make.draft("Hello.", sender_type=SenderType.AGENT))
    feed()
    feed()
    assert directory.find_valid("ann@x.example") is not None
    told = OutboxMail.objects.values_list("ticket_number", "event")
    assert {(first.ticket, "AgentReplied"), (second.ticket, "TicketCreated")} < set(told)
    assert (first.ticket, "TicketCreated") not in told
    assert not PendingSender.objects.exists()


def test_an_internal_note_lets_nobody_in() -> None:
    limit(hour=1)
    number = write("z@z.example", "ann@x.example")[1].ticket
    MiniDesk().add_agent_reply(number, make.draft("Spam?", sender_type=SenderType.AGENT, visible_for_customer=False))
    feed()
    assert directory.find_by_login("ann@x.example") is None


def test_whoever_came_in_by_a_later_mail_is_answered_on_the_waiting_ticket_too() -> None:
    limit(hour=1)
    number = write("z@z.example", "ann@x.example")[1].ticket
    limit()
    write("ann@x.example")
    admission.admit(number)
    feed()
    assert OutboxMail.objects.filter(ticket_number=number, event="TicketCreated").exists()
    assert logins() == ["ann@x.example", "z@z.example"]


def test_a_backend_that_takes_nobody_leaves_the_sender_waiting(settings: Settings) -> None:
    limit(hour=1)
    number = write("z@z.example", "ann@x.example")[1].ticket
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": "tests.postmaster.seams.ReadOnlyBackend"}
    directory.backends.cache_clear()
    try:
        with pytest.raises(BackendReadOnly):
            admission.admit(number)
    finally:
        directory.backends.cache_clear()
    assert pending.find(number) is not None
