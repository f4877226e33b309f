"""Customer users whom a mail made are provisional, and go when nobody needs them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from otalink.customers import directory, provisional
from otalink.customers.models import ProvisionalCustomerUser
from otalink.desk.types import SenderType
from otalink.maintenance import schedule
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Ticket
from otalink.notifications.feed import feed
from otalink.postmaster.intake import run
from otalink.sysconfig import declarations, store
from otalink.tokens import issue
from otalink.tokens.redeem import redeem
from tests.postmaster.builders import mail
from tests.support import make
from tests.support.make import ANN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data_folder(data_folder: Path) -> None:
    """Mail of one test is no other test's."""


@pytest.fixture
def number() -> str:
    """A ticket that Ann's first mail opened; closed, so that it alone keeps nobody."""
    opened = run(mail()).ticket
    make.close(opened)
    return opened


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now()) as traveller:
        yield traveller


def clean_up() -> int:
    deleted: int = schedule.run_now("DeleteUnusedCustomerUsers")["deleted"]
    return deleted


def test_an_unused_customer_user_goes_after_the_set_days(number: str, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=29, hours=23))
    assert clean_up() == 0
    clock.shift(timedelta(hours=2))
    assert clean_up() == 1
    assert directory.find_by_login(ANN) is None
    assert not ProvisionalCustomerUser.objects.exists()
    assert Ticket.objects.get(number=number).customer_login == ANN


def test_the_days_are_a_setting(number: str, clock: time_machine.Traveller) -> None:
    store.set_value(declarations.PROVISIONAL_DAYS.name, 2)
    clock.shift(timedelta(days=2, hours=1))
    assert clean_up() == 1


def test_who_opened_a_link_stays(number: str, clock: time_machine.Traveller) -> None:
    assert provisional.provisional([ANN]) == {ANN}
    redeem(issue.issue(number, ANN).url.rpartition("/")[2])
    assert provisional.provisional([ANN]) == set()
    clock.shift(timedelta(days=400))
    assert clean_up() == 0
    assert directory.find_valid(ANN) is not None


def test_who_was_answered_by_an_agent_stays(clock: time_machine.Traveller) -> None:
    opened = run(mail()).ticket
    MiniDesk().add_agent_reply(opened, make.draft("Hello.", sender_type=SenderType.AGENT))
    make.close(opened)
    feed()
    clock.shift(timedelta(days=400))
    assert clean_up() == 0


def test_an_internal_note_is_no_answer(number: str, clock: time_machine.Traveller) -> None:
    note = make.draft("Spam.", sender_type=SenderType.AGENT, visible_for_customer=False)
    MiniDesk().add_agent_reply(number, note)
    feed()
    clock.shift(timedelta(days=31))
    assert clean_up() == 1


def test_who_waits_for_an_answer_stays_until_the_ticket_is_closed(clock: time_machine.Traveller) -> None:
    opened = run(mail()).ticket
    clock.shift(timedelta(days=100))
    assert clean_up() == 0
    make.close(opened)
    assert clean_up() == 1


def test_who_takes_part_in_an_open_ticket_stays(number: str, clock: time_machine.Traveller) -> None:
    other = make.ticket("bob@customer.example").number
    MiniDesk().add_participant(other, ANN)
    clock.shift(timedelta(days=100))
    assert clean_up() == 0


def test_customer_users_whom_no_mail_made_stay(clock: time_machine.Traveller) -> None:
    make.customer()
    clock.shift(timedelta(days=400))
    assert clean_up() == 0
    assert directory.find_valid(ANN) is not None


def test_who_went_and_writes_again_is_made_anew(number: str, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=31))
    assert clean_up() == 1
    run(mail())
    assert provisional.provisional([ANN]) == {ANN}


def test_notes_about_confirmed_ones_do_not_pile_up(number: str, clock: time_machine.Traveller) -> None:
    provisional.confirm([ANN])
    clean_up()
    assert ProvisionalCustomerUser.objects.count() == 1  # the limits still count it
    clock.shift(timedelta(hours=2))
    clean_up()
    assert ProvisionalCustomerUser.objects.count() == 0


def test_many_go_in_few_steps(clock: time_machine.Traveller, django_assert_max_num_queries: object) -> None:
    for n in range(300):
        make.customer(f"u{n}@x.example")
    before = timezone.now()
    ProvisionalCustomerUser.objects.bulk_create(
        ProvisionalCustomerUser(login=f"u{n}@x.example", mailbox="m", domain="x.example", created=before)
        for n in range(300)
    )
    clock.shift(timedelta(days=31))
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert clean_up() == 300
