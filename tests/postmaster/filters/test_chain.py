"""Filters one after the other: also those written for the first version, which changed the mail's directives."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from otalink.customers import directory
from otalink.minidesk.models import Article, DynamicField, Queue, Ticket
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import Outcome, run
from otalink.postmaster.journal_entry import JournalEntry
from otalink.sysconfig import patterns
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import returning, use
from tests.support import make

pytestmark = pytest.mark.django_db

# As docs/howto/write-a-filter.md told it then, word by word.
FIRST_VERSION = '''
"""Sends new mail from one domain to one queue."""

from dataclasses import replace

from otalink.postmaster.filters.base import Continue
from otalink.sysconfig.patterns import Key
from otalink.sysconfig.setting import text


class Vip:
    KEYS = {"Domain": Key(text, "vip.example"), "Queue": Key(text, "Support")}

    def __init__(self, config):
        self.domain, self.queue = config["Domain"], config["Queue"]

    def __call__(self, mail, context):
        if not context.is_new_ticket or not mail.author_address.lower().endswith(f"@{self.domain}"):
            return Continue(mail)
        return Continue(replace(mail, directives={**mail.directives, "Queue": self.queue}))
'''


@pytest.fixture
def first_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The dotted name of the filter of the first version."""
    module = ModuleType("first_version")
    exec(FIRST_VERSION, module.__dict__)
    monkeypatch.setitem(sys.modules, "first_version", module)
    yield "first_version.Vip"
    patterns._find.cache_clear()


def directing(name: str, **directives: str) -> None:
    """Add a filter that changes the mail's directives, as those of the first version did."""
    returning(name, f"Continue(replace(mail, directives={{**mail.directives, **{directives!r}}}))")


def ticket(*headers: str, trusted: bool = True) -> Ticket:
    result = run(mail("Hello", *headers), Delivery(trusted=trusted))
    assert result.outcome is Outcome.NEW_TICKET, result
    return Ticket.objects.get(number=result.ticket)


def sales() -> None:
    Queue.objects.create(name="Sales", email="sales@localhost", sender_name="Sales")


def test_a_filter_of_the_first_version_still_chooses_the_queue(first_version: str) -> None:
    sales()
    use("500-Vip", first_version, Domain="customer.example", Queue="Sales")
    made = ticket(trusted=False)
    assert (made.queue.name, made.customer_login) == ("Sales", make.ANN)
    assert directory.find_by_login(make.ANN)
    assert "500-Vip" in JournalEntry.objects.get().filters


def test_what_it_leaves_as_the_headers_have_it_overrules_no_other_filter(first_version: str) -> None:
    sales()
    use("500-Vip", first_version, Domain="customer.example", Queue="Sales")
    made = ticket("X-OTOBO-CustomerUser: victim@x.example", "X-OTOBO-Title: Given")
    assert (made.queue.name, made.title, made.customer_login) == ("Sales", "Given", make.ANN)


def test_what_it_takes_away_is_gone() -> None:
    returning("500-Old", "Continue(replace(mail, directives={}))")
    assert ticket("X-OTOBO-Title: Given", "X-OTOBO-CustomerUser: victim@x.example").title == "Printer"


def test_it_sees_what_others_of_its_kind_said_and_the_last_has_its_way() -> None:
    directing("500-Old", Title="One")
    returning("501-Old", 'Continue(replace(mail, directives={"Title": mail.directives["Title"] + " more"}))')
    assert ticket().title == "One more"
    returning("502-New", 'Continue(mail, filing.with_directives({"Title": filing.directives["Title"] + ", new"}))')
    assert ticket().title == "One more, new"
    directing("503-Old", Title="Last")
    assert ticket().title == "Last"


@pytest.mark.parametrize(("said", "sender", "shown"), [("1", "bob@x.example", True), ("0", make.ANN, False)])
@pytest.mark.parametrize("is_of_first_version", [True, False])
def test_a_filter_behind_900_says_who_sees_a_follow_up(
    said: str, sender: str, shown: bool, is_of_first_version: bool
) -> None:
    number = ticket().number
    if is_of_first_version:
        directing("950-Show", **{"FollowUp-IsVisibleForCustomer": said})
    else:
        returning("950-Show", f"Continue(mail, replace(filing, visible={shown}))")
    run(mail("Told", sender=sender, subject=f"[Ticket#{number}]"))
    assert Article.objects.get(text="Told").visible_for_customer is shown


def test_headers_count_for_no_filter_where_their_source_is_not_trusted() -> None:
    seen = "dict(filing.directives) == dict(mail.directives) == {}"
    returning("000-A", f'Continue(mail) if {seen} else Reject("seen")')
    assert ticket("X-OTOBO-Queue: Sales", trusted=False).queue.name == "Support"


def test_a_filter_sees_what_earlier_ones_said_and_the_mail_keeps_its_headers() -> None:
    seen = f'filing.directives["CustomerUser"] == {make.ANN!r} and mail.directives == {{"CustomerUser": "v@x.example"}}'
    returning("500-Look", f'Continue(mail) if {seen} else Reject("not seen")')
    ticket("X-OTOBO-CustomerUser: v@x.example")


def test_a_filter_finishes_what_all_let_pass_and_nothing_else() -> None:
    use("500-End", "tests.postmaster.filters.support.Finishes")
    returning("900-Title", 'Continue(mail, filing.with_directives({"Title": "Late"}))')
    returning("950-Stop", 'Ignore("spam") if "Win" in mail.text else Continue(mail)')
    assert run(mail("Win!")).outcome is Outcome.IGNORED
    assert not DynamicField.objects.exists()
    assert ticket().title == "Late, finished"
    assert DynamicField.objects.exists()


def test_a_filter_that_changes_nothing_is_not_noted() -> None:
    returning("500-Nothing", "Continue(mail, filing)")
    ticket()
    assert JournalEntry.objects.get().filters == "000-CreateCustomerUser"


def test_the_module_of_a_setting_decides_the_class_also_of_a_built_in_filter() -> None:
    use("100-LoopProtection", "Match", Match={"Subject": "Printer"}, Set={"X-OTOBO-Ignore": "yes"})
    assert run(mail()).outcome is Outcome.IGNORED


def test_filters_act_in_the_order_of_their_names_the_later_one_last() -> None:
    use("600-Late", "Match", Match={"Subject": "."}, Set={"X-OTOBO-Title": "late"})
    use("500-Early", "Match", Match={"Subject": "."}, Set={"X-OTOBO-Title": "early"})
    run(mail())
    assert Ticket.objects.get().title == "late"
