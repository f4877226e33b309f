"""What a mail may do that is checked and not proven to be from its author's domain."""

from __future__ import annotations

import pytest

from otalink.customers import provisional
from otalink.customers.models import CustomerUserRecord, PendingSender
from otalink.minidesk.models import Article, History, Ticket
from otalink.postmaster import quarantine, replay
from otalink.postmaster.intake import Outcome, run
from otalink.postmaster.models import JournalEntry
from otalink.sysconfig import store
from otalink.sysconfig.declarations import (
    OWN_CHECKS,
    TRUSTED_SERVERS,
    UNPROVEN_CREATE,
    UNPROVEN_FOLLOW_UP,
    UNPROVEN_TICKET,
)
from otalink.sysconfig.setting import Setting
from tests.postmaster.builders import mail
from tests.postmaster.proofs import answering
from tests.support import make
from tests.support.name_server import NameServer

pytestmark = pytest.mark.django_db
OURS = "mx.desk.example"
PROVEN, FORGED, NOT_PROVEN, UNDECIDED, SILENT = (
    "dmarc=pass header.from=customer.example",
    "dmarc=fail (p=reject) header.from=customer.example",
    "dmarc=fail (p=none) header.from=customer.example",
    "dmarc=temperror header.from=customer.example",
    "none",
)


@pytest.fixture(autouse=True)
def _our_border() -> None:
    store.set_value(TRUSTED_SERVERS.name, OURS)


def _mail(results: str, *headers: str, **values: str) -> bytes:
    return f"Authentication-Results: {OURS}; {results}\r\n".encode() + mail("Text", *headers, **values)


@pytest.mark.parametrize("results", [PROVEN, UNDECIDED, SILENT])
def test_proven_and_unchecked_senders_become_customer_users_and_are_answered(results: str) -> None:
    run(_mail(results))
    assert CustomerUserRecord.objects.get().login == make.ANN
    assert History.objects.get(type="NewTicket").notify


def test_an_unproven_sender_waits_for_an_agent_with_account_and_answer_and_their_ticket_is_there() -> None:
    result = run(_mail(FORGED))
    assert (result.outcome, Ticket.objects.get().customer_login) == (Outcome.NEW_TICKET, make.ANN)
    assert CustomerUserRecord.objects.count() == 0
    assert not History.objects.get(type="NewTicket").notify
    held = PendingSender.objects.get()
    assert (held.ticket_number, held.address) == (result.ticket, make.ANN)
    assert held.reason == "not proven to be from customer.example (dmarc=fail customer.example)"


def test_the_setting_lets_them_become_customer_users() -> None:
    store.set_value(UNPROVEN_CREATE.name, True)
    run(_mail(FORGED))
    assert CustomerUserRecord.objects.count() == 1


def test_where_nobody_asked_for_checks_an_unsigned_newcomer_is_answered_in_neutral_words(names: NameServer) -> None:
    store.reset(TRUSTED_SERVERS.name)
    store.reset(OWN_CHECKS.name)
    del names.records["_dmarc.customer.example", "TXT"]
    run(mail())
    assert Article.objects.get().proof == "not proven"
    assert CustomerUserRecord.objects.get().login == make.ANN
    assert provisional.is_unproven(make.ANN)
    assert History.objects.get(type="NewTicket").notify


@pytest.mark.parametrize("setting", [(UNPROVEN_CREATE, "0"), (OWN_CHECKS, "1")])
def test_where_somebody_asked_for_checks_an_unsigned_newcomer_waits(
    names: NameServer, setting: tuple[Setting[str], str]
) -> None:
    store.reset(TRUSTED_SERVERS.name)
    store.reset(OWN_CHECKS.name)
    store.set_value(setting[0].name, setting[1])
    del names.records["_dmarc.customer.example", "TXT"]
    run(mail())
    assert (CustomerUserRecord.objects.count(), PendingSender.objects.count()) == (0, 1)


def test_what_the_domain_calls_forged_makes_no_account_though_nobody_asked_for_checks(names: NameServer) -> None:
    store.reset(TRUSTED_SERVERS.name)
    store.reset(OWN_CHECKS.name)
    run(mail())
    assert Article.objects.get().proof == "denied"
    assert (CustomerUserRecord.objects.count(), PendingSender.objects.count()) == (0, 1)


def test_where_they_may_open_no_ticket_the_mail_waits_in_quarantine() -> None:
    store.set_value(UNPROVEN_TICKET.name, False)
    assert run(_mail(FORGED)).outcome is Outcome.QUARANTINED
    assert (Ticket.objects.count(), CustomerUserRecord.objects.count()) == (0, 0)
    assert quarantine.items()[0].reason.startswith("not proven to be from customer.example")
    assert JournalEntry.objects.get().outcome == "quarantined"
    assert run(_mail(PROVEN)).outcome is Outcome.NEW_TICKET


def test_an_operator_who_replays_that_mail_vouches_for_it_and_who_replays_all_does_not() -> None:
    store.set_value(UNPROVEN_TICKET.name, False)
    run(_mail(FORGED))
    (item,) = quarantine.items()
    assert [result.outcome for _, result in replay.replay_all()] == [Outcome.QUARANTINED]
    assert replay.replay(item.id).outcome is Outcome.NEW_TICKET
    assert quarantine.items() == []
    assert CustomerUserRecord.objects.count() == 1
    assert Article.objects.get().proof == "denied"


def _follow_up(results: str, number: str, *headers: str) -> Article:
    run(_mail(results, *headers, subject=f"[Ticket#{number}]"))
    return Article.objects.order_by("-id")[0]


def test_a_follow_up_that_failed_its_checks_counts_by_what_it_answers_unless_the_setting_says_no() -> None:
    make.customer()
    number = make.ticket().number
    assert _follow_up(NOT_PROVEN, number).standing == "not proven"
    assert _follow_up(NOT_PROVEN, number, answering(number)).visible_for_customer
    store.set_value(UNPROVEN_FOLLOW_UP.name, False)
    assert _follow_up(NOT_PROVEN, number, answering(number)).standing == "not proven"
    assert _follow_up(SILENT, number, answering(number)).visible_for_customer


def test_what_the_domain_denies_never_counts_whatever_it_answers() -> None:
    make.customer()
    number = make.ticket().number
    article = _follow_up(FORGED, number, answering(number))
    assert (article.visible_for_customer, article.standing) == (False, "denied")


def test_with_the_setting_a_forged_follow_up_is_for_agents_only_and_opens_no_closed_ticket() -> None:
    store.set_value(UNPROVEN_FOLLOW_UP.name, False)
    make.customer()
    number = make.ticket().number
    make.close(number)
    assert run(_mail(FORGED, subject=f"[Ticket#{number}]")).outcome is Outcome.FOLLOW_UP
    article = Article.objects.order_by("-id")[0]
    assert (article.visible_for_customer, article.proof) == (False, "denied")
    assert Ticket.objects.get().state == "closed successful"
    assert not History.objects.get(type="FollowUp").notify
    run(_mail(PROVEN, subject=f"[Ticket#{number}]"))
    assert Article.objects.order_by("-id")[0].visible_for_customer
    assert Ticket.objects.get().state == "open"
