"""`100-LoopProtection`: who is answered no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from otalink.customers import directory
from otalink.customers.backends.database import DatabaseBackend
from otalink.customers.types import CustomerUser
from otalink.minidesk.models import History
from otalink.postmaster.intake import Outcome, run
from otalink.sysconfig import store
from otalink.tokens import issue, redeem
from tests.postmaster.builders import mail, proven, trust
from tests.support import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _our_border() -> None:
    # Mail that proves nothing is answered once a day in any case.
    trust()


def answers(count: int, sender: str = make.ANN) -> int:
    """How many of so many mails, each proven and of another subject, are answered."""
    domain = sender.rpartition("@")[2]
    raws = [mail("Hello", proven(domain), subject=f"Number {n}", sender=sender) for n in range(count)]
    numbers = [run(raw).ticket for raw in raws]
    return History.objects.filter(type="NewTicket", notify=True, ticket__number__in=numbers).count()


def test_a_sender_who_opens_no_link_is_answered_four_times_a_day_and_filed_always() -> None:
    with time_machine.travel(NOW):
        assert answers(7) == 4
        result = run(mail("Hello", proven(), subject="One more"))
        assert result.outcome is Outcome.NEW_TICKET
        assert result.reason == "loop protection: nobody opened the last 4 answers"
    with time_machine.travel(NOW + timedelta(days=1, seconds=1)):
        assert answers(1) == 1


def test_others_are_answered_meanwhile() -> None:
    answers(5)
    assert answers(1, "bob@customer.example") == 1


def test_addresses_that_differ_only_in_their_tag_count_together() -> None:
    senders = [f"ann+{n}@customer.example" for n in range(6)]
    for sender in senders:
        make.customer(sender)
    assert [answers(1, sender) for sender in senders] == [1, 1, 1, 1, 0, 0]


def test_somebody_who_opens_a_link_is_answered_on() -> None:
    with time_machine.travel(NOW) as clock:
        number = run(mail("Hello", proven(), subject="First")).ticket
        answers(4)
        clock.shift(60)
        redeem.redeem(issue.issue(number, make.ANN).url.rpartition("/")[2])
        clock.shift(60)
        assert answers(5) == 4


def test_somebody_with_a_password_is_a_person() -> None:
    make.customer()
    DatabaseBackend("CustomerUser").set_password(make.ANN, "a good long password")
    assert answers(6) == 6


def test_after_forty_answers_a_day_a_person_waits_too() -> None:
    store.set_value("PostmasterMaxEmails", 6)
    with time_machine.travel(NOW) as clock:
        for n in range(5):
            number = run(mail("Hello", proven(), subject=f"First {n}")).ticket
            clock.shift(60)
            redeem.redeem(issue.issue(number, make.ANN).url.rpartition("/")[2])
        clock.shift(60)
        assert answers(3) == 1
        assert run(mail("Hello", proven(), subject="One more")).reason == "loop protection: 6 answers within a day"


def test_one_address_may_have_a_limit_of_its_own() -> None:
    store.set_value("PostmasterMaxEmailsPerAddress", {"Ann@customer.example": 1})
    assert answers(3) == 1
    assert answers(3, "bob@customer.example") == 3


def test_answers_to_follow_ups_and_robots_do_not_count() -> None:
    for _ in range(6):
        run(mail("I am away.", "Auto-Submitted: auto-replied"))
    number = run(mail("Hello", proven(), subject="Mine")).ticket
    for _ in range(6):
        run(mail(subject=f"[Ticket#{number}]"))
    assert answers(5) == 3


def test_mail_in_the_desks_own_name_makes_nobody_and_is_not_answered() -> None:
    result = run(mail(sender="Support <SUPPORT@localhost>"))
    assert (result.outcome, result.reason) == (Outcome.NEW_TICKET, "the desk's own address")
    assert directory.find_by_email("support@localhost") == []
    assert answers(1, "support@localhost") == 0


def test_a_customer_user_of_any_login_is_known_by_their_address() -> None:
    directory.add(CustomerUser("ann-lee", make.ANN, "acme", "Ann", "Lee"), "CustomerUser")
    assert answers(6) == 4
