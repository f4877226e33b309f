"""What a mail may do that is checked and not proven to be from its author's domain."""

from __future__ import annotations

import pytest

from otalink.customers.models import CustomerUserRecord, PendingSender
from otalink.minidesk.models import Article, History, Ticket
from otalink.postmaster import quarantine, replay
from otalink.postmaster.intake import Outcome, run
from otalink.postmaster.models import JournalEntry
from otalink.sysconfig import store
from otalink.sysconfig.declarations import TRUSTED_SERVERS, UNPROVEN_CREATE, UNPROVEN_FOLLOW_UP, UNPROVEN_TICKET
from tests.postmaster.builders import mail
from tests.support import make

pytestmark = pytest.mark.django_db
OURS = "mx.desk.example"
PROVEN, FORGED, UNDECIDED, SILENT = (
    "dmarc=pass header.from=customer.example",
    "dmarc=fail (p=reject) header.from=customer.example",
    "dmarc=temperror header.from=customer.example",
    "none",
)


@pytest.fixture(autouse=True)
def _our_border() -> None:
    store.set_value(TRUSTED_SERVERS.name, OURS)


def _mail(results: str, **values: str) -> bytes:
    return f"Authentication-Results: {OURS}; {results}\r\n".encode() + mail(**values)


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


def test_a_follow_up_of_theirs_counts_as_the_customers_unless_the_setting_says_no() -> None:
    make.customer()
    number = make.ticket().number
    run(_mail(FORGED, subject=f"[Ticket#{number}]"))
    assert Article.objects.order_by("-id")[0].visible_for_customer


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
