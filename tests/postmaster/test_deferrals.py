"""Mail that cannot be filed is tried for some days, and then kept: it must not bounce because of a fault of ours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import OperationalError, connection

from otalink.desk import current
from otalink.maintenance.tasks import delete_old_journal_entries
from otalink.minidesk.models import Article
from otalink.postmaster import quarantine, replay
from otalink.postmaster.intake import Outcome, run
from otalink.sysconfig import store
from otalink.sysconfig.declarations import KEEP_TRYING_DAYS
from tests.postmaster.builders import mail

pytestmark = pytest.mark.django_db(transaction=True)


class _Away:
    """The desk is away while this is entered."""

    def __enter__(self) -> None:
        current.select("tests.postmaster.seams.UnavailableDesk")

    def __exit__(self, *_: object) -> None:
        current.select("otalink.minidesk.desk.MiniDesk")


@pytest.fixture
def clock() -> time_machine.travel:
    return time_machine.travel("2026-11-23T12:00Z", tick=False)


def test_a_mail_that_fails_for_days_goes_into_quarantine_and_can_be_filed_from_there(
    clock: time_machine.travel,
) -> None:
    raw = mail("patient")
    with clock as time:
        with _Away():
            assert run(raw).outcome is Outcome.TRY_LATER
            time.shift(timedelta(days=2, hours=23))
            assert run(raw).outcome is Outcome.TRY_LATER
            assert run(mail("another")).outcome is Outcome.TRY_LATER
            time.shift(timedelta(hours=2))
            assert run(raw).outcome is Outcome.QUARANTINED
            (item,) = quarantine.items()
            assert item.reason.startswith("tried for days: DeskUnavailable")
            # A replay has time again: it ends at what must wait.
            assert [result.outcome for _, result in replay.replay_all()] == [Outcome.TRY_LATER]
        assert replay.replay(item.id).outcome is Outcome.NEW_TICKET
    assert Article.objects.get().text == "patient"
    assert quarantine.items() == []


def test_it_is_kept_also_while_the_database_is_away(clock: time_machine.travel) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    raw, outcomes = mail(), []
    with clock as time, connection.execute_wrapper(fail):
        for _ in range(2):
            store.forget_cache()
            outcomes.append(run(raw).outcome)
            time.shift(timedelta(days=3))
    assert outcomes == [Outcome.TRY_LATER, Outcome.QUARANTINED]


def test_how_long_is_a_setting_and_may_be_for_ever(clock: time_machine.travel) -> None:
    with clock as time, _Away():
        for days, outcome in ((5, Outcome.QUARANTINED), (0, Outcome.TRY_LATER)):
            store.set_value(KEEP_TRYING_DAYS.name, days)
            raw = mail()
            run(raw)
            time.shift(timedelta(days=4))
            assert run(raw).outcome is Outcome.TRY_LATER
            time.shift(timedelta(days=1))
            assert run(raw).outcome is outcome


def test_what_is_noted_goes_with_the_old_entries_of_the_journal(clock: time_machine.travel, data_folder: Path) -> None:
    with clock as time, _Away():
        run(mail())
        time.shift(timedelta(days=9))
        run(mail())
        delete_old_journal_entries()
        assert len(list((data_folder / "deferrals").iterdir())) == 2
        time.shift(timedelta(days=2))
        delete_old_journal_entries()
        assert len(list((data_folder / "deferrals").iterdir())) == 1
