"""Quarantined mail is filed again, one mail or all, and never twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import Settings

from otalink.customers import directory
from otalink.minidesk.models import Article, Ticket
from otalink.postmaster import commands, quarantine, replay
from otalink.postmaster.intake import Delivery, Outcome, run
from tests.postmaster.builders import mail
from tests.postmaster.conftest import in_quarantine
from tests.postmaster.filters.support import STUBBORN, fails, fails_on_stubborn_mail, mend

pytestmark = pytest.mark.django_db

TO_SALES = "X-OTOBO-Queue: Sales"


@pytest.fixture
def directory_is_down(settings: Settings) -> Iterator[None]:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": "tests.postmaster.seams.UnavailableBackend"}
    directory.backends.cache_clear()
    yield
    directory.backends.cache_clear()


def test_one_stubborn_mail_does_not_hold_up_the_others() -> None:
    fails_on_stubborn_mail()
    stubborn = in_quarantine(mail(subject=STUBBORN), day=1)
    in_quarantine(mail(), day=2)
    outcomes = [result.outcome for _, result in replay.replay_all()]
    assert outcomes == [Outcome.QUARANTINED, Outcome.NEW_TICKET]
    assert [item.id for item in quarantine.items()] == [stubborn]


@pytest.mark.usefixtures("directory_is_down")
def test_an_outage_during_a_replay_of_all_leaves_every_mail_in_its_order() -> None:
    kept = [in_quarantine(mail(), day=day) for day in (1, 2, 3)]
    assert [(item_id, result.outcome) for item_id, result in replay.replay_all()] == [(kept[0], Outcome.TRY_LATER)]
    assert [item.id for item in quarantine.items()] == kept


def test_a_replay_of_all_ends_in_time_and_the_next_one_goes_on() -> None:
    for day in (1, 2):
        in_quarantine(mail(), day=day)
    assert list(replay.replay_all(seconds=-1)) == []
    assert len(list(replay.replay_all())) == 2


def test_a_mail_replayed_by_two_at_once_is_filed_once() -> None:
    raw = mail()
    item_id = in_quarantine(raw)
    run(raw)
    assert replay.replay(item_id).outcome is Outcome.DUPLICATE
    assert quarantine.items() == []


@pytest.mark.django_db
def test_replaying_files_the_mail_once_its_cause_is_gone() -> None:
    fails("broken")
    run(mail("Hello"))
    (item,) = quarantine.items()
    assert commands.quarantine_replay(item.id)["outcome"] == "quarantined"
    assert [kept.id for kept in quarantine.items()] == [item.id]
    mend()
    answer = commands.quarantine_replay(item.id)
    assert (answer["outcome"], answer["ticket"]) == ("new ticket", Ticket.objects.get().number)
    assert quarantine.items() == []


@pytest.mark.django_db
def test_a_replay_that_broke_off_after_filing_files_nothing_twice() -> None:
    raw = mail()
    item_id = quarantine.keep(raw, Delivery(), "why")
    run(raw)
    assert commands.quarantine_replay(item_id)["outcome"] == "duplicate"
    assert (Article.objects.count(), quarantine.items()) == (1, [])


@pytest.mark.django_db
def test_a_replay_believes_x_otobo_headers_only_of_mail_that_was_trusted() -> None:
    item_id = quarantine.keep(mail("Hello", "X-OTOBO-Title: Forged"), Delivery(), "why")
    commands.quarantine_replay(item_id)
    assert Ticket.objects.get().title == "Printer"


@pytest.mark.django_db(transaction=True)
def test_a_replay_that_must_wait_leaves_the_mail_in_quarantine() -> None:
    item_id = quarantine.keep(mail(), Delivery(), "why")
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE postmaster_claim RENAME TO postmaster_claim_away")
    try:
        answer = commands.quarantine_replay(item_id)
    finally:
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE postmaster_claim_away RENAME TO postmaster_claim")
    assert answer["outcome"] in {Outcome.TRY_LATER, Outcome.QUARANTINED}
    assert [item.id for item in quarantine.items()] == [item_id]
