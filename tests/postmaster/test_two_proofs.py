"""A follow-up needs two proofs: a thousand forgeries show nothing and open nothing, a thousand replies all arrive.

Each part of a thousand is generated from its own seed, so that they run beside each other and a failure comes again.
"""

from __future__ import annotations

import pytest

from otalink.minidesk.models import Article, History
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.postmaster.intake import Outcome, run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import FOLLOW_UP_VISIBILITY
from tests.postmaster.case import Case, open_case
from tests.postmaster.filters.support import returning
from tests.postmaster.forgeries import forgeries
from tests.postmaster.programs import replies
from tests.postmaster.proofs import trust_our_server

pytestmark = pytest.mark.django_db
PARTS, EACH = range(5), 200


@pytest.fixture
def case() -> Case:
    """A closed ticket, whose readers' mail our server checks."""
    trust_our_server()
    return open_case()


def newest() -> Article:
    return Article.objects.latest("pk")


@pytest.mark.parametrize("part", PARTS)
def test_of_a_thousand_forged_follow_ups_none_is_visible_opens_the_ticket_or_is_answered(case: Case, part: int) -> None:
    feed()
    mails, last = OutboxMail.objects.count(), newest().pk
    for name, raw, delivery in forgeries(case, part, EACH):
        result = run(raw, delivery)
        assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, case.number), name
        assert not newest().visible_for_customer, f"{name}\n{raw.decode()}"
        assert newest().standing, name
        assert case.is_closed, name
    found = Article.objects.filter(pk__gt=last)
    assert found.count() == EACH
    assert set(found.values_list("standing", flat=True)) == {"not proven", "denied", "stranger"}
    assert not History.objects.filter(article__in=found, notify=True).exists()
    assert feed() == 0
    assert OutboxMail.objects.count() == mails


@pytest.mark.parametrize("part", PARTS)
def test_of_a_thousand_replies_as_mail_programs_write_them_none_is_hidden(case: Case, part: int) -> None:
    for name, raw in replies(case, 1_000 + part, EACH):
        case.close()
        result = run(raw)
        assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, case.number), f"{name}\n{raw.decode()}"
        assert newest().visible_for_customer, f"{name}: {newest().standing}\n{raw.decode()}"
        assert not case.is_closed, name


@pytest.mark.parametrize(
    "value",
    [
        'Continue(replace(mail, directives={"FollowUp-IsVisibleForCustomer": mail.headers.first(HEADER)}))',
        "Continue(replace(mail, directives={name[8:]: value for name, value in mail.headers.names}))",
        'Continue(mail, filing.with_directives({"FollowUp-IsVisibleForCustomer": "1"}))',
    ],
)
def test_no_filter_behind_900_takes_the_word_of_the_mail_for_who_sees_it(case: Case, value: str) -> None:
    returning("950-Copies", value.replace("HEADER", '"x-otobo-followup-isvisibleforcustomer"'))
    for name, raw, delivery in forgeries(case, 77, 60):
        run(raw.replace(b"X-OTOBO-S", b"X-OTOBO-FollowUp-IsVisibleForCustomer: 1\r\nX-OTOBO-S"), delivery)
        assert not newest().visible_for_customer, name
    assert case.is_closed


def test_no_filter_behind_900_shows_what_the_author_s_domain_denies(case: Case) -> None:
    returning("950-Show", "Continue(mail, replace(filing, visible=True))")
    for name, raw, delivery in forgeries(case, 78, 60):
        run(raw, delivery)
        assert newest().visible_for_customer is (newest().proof != "denied"), name


def test_a_colleague_s_address_alone_shows_nothing_either(case: Case) -> None:
    store.set_value(FOLLOW_UP_VISIBILITY.name, {**FOLLOW_UP_VISIBILITY.default, "SameCustomerID": True})
    for name, raw, delivery in forgeries(case, 79, 60):
        run(raw, delivery)
        assert not newest().visible_for_customer, name


def test_a_filter_that_makes_another_the_author_proves_nothing_about_them(case: Case) -> None:
    returning("500-Form", 'Continue(replace(mail, author_address="ann@customer.example"))')
    raw = f"From: form@web.example\r\nSubject: [Ticket#{case.number}]\r\n\r\nI am Ann.\r\n".encode()
    run(b"Authentication-Results: mx.desk.example; dmarc=pass header.from=web.example\r\n" + raw)
    assert newest().standing == "not proven"
