"""Every mail has an entry in the journal, whatever became of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.utils import timezone
from pytest_django import Settings

from otalink.customers import directory
from otalink.desk import current
from otalink.maintenance.schedule import run_now
from otalink.minidesk.models import Ticket
from otalink.postmaster import commands, journal, quarantine
from otalink.postmaster.intake import Delivery, Outcome, keep_back, run
from otalink.postmaster.models import Claim, JournalEntry
from otalink.postmaster.sources import files
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, JOURNAL_DAYS
from tests.postmaster.builders import ANN, mail

pytestmark = pytest.mark.django_db

LMTP = Delivery("ann@customer.example", ("support@localhost",), source="lmtp")
SEAMS = "tests.postmaster.seams"


def _use_filter(module: str) -> None:
    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "Module": f"{SEAMS}.{module}"})


def test_a_mail_that_opens_a_ticket_is_noted_with_all_that_is_known() -> None:
    raw = mail(subject="=?utf-8?q?Dr=C3=BCcker?=", message_id="1@x.example")
    before = timezone.now()
    result = run(raw, LMTP)
    entry = JournalEntry.objects.get()
    assert before <= entry.received <= timezone.now()
    assert (entry.source, entry.sender, entry.recipients) == ("lmtp", "ann@customer.example", "support@localhost")
    assert (entry.subject, entry.message_id, entry.size) == ("Drücker", "1@x.example", len(raw))
    assert (entry.outcome, entry.ticket_number, entry.reason) == ("new ticket", result.ticket, "")
    assert entry.filters == "000-CreateCustomerUser"


def test_a_follow_up_and_a_duplicate_are_noted_with_their_ticket() -> None:
    number = run(mail()).ticket
    follow_up = mail(subject=f"Re: [Ticket#{number}]")
    run(follow_up)
    run(follow_up)
    noted = JournalEntry.objects.order_by("id").values_list("outcome", "ticket_number")
    assert list(noted) == [("new ticket", number), ("follow-up", number), ("duplicate", number)]


@pytest.mark.parametrize(("module", "outcome"), [("IgnoreAll", "ignored"), ("RejectAll", "rejected")])
def test_a_mail_that_a_filter_stopped_is_noted_with_the_filter_and_its_reason(module: str, outcome: str) -> None:
    _use_filter(module)
    run(mail(), LMTP)
    entry = JournalEntry.objects.get()
    assert (entry.outcome, entry.filters) == (outcome, "000-CreateCustomerUser")
    assert entry.reason.startswith("not wanted")


def test_a_quarantined_mail_is_noted_with_where_it_lies() -> None:
    result = keep_back(mail(message_id="big@x.example"), LMTP, "larger than we take")
    entry = JournalEntry.objects.get()
    (item,) = quarantine.items()
    assert (entry.outcome, entry.quarantine_id, result.quarantine_id) == ("quarantined", item.id, item.id)
    assert (entry.sender, entry.subject, entry.message_id) == (ANN, "Printer", "big@x.example")
    assert entry.reason.startswith("larger than we take")


def test_a_mail_that_must_wait_for_another_server_is_noted(settings: Settings) -> None:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": f"{SEAMS}.UnavailableBackend"}
    directory.backends.cache_clear()
    try:
        assert run(mail(), LMTP).outcome is Outcome.TRY_LATER
    finally:
        directory.backends.cache_clear()
    entry = JournalEntry.objects.get()
    assert (entry.outcome, entry.sender) == ("try later", ANN)
    assert "no answer" in entry.reason


def test_a_mail_that_was_not_filed_after_all_leaves_no_entry_that_says_so(settings: Settings) -> None:
    current.select(f"{SEAMS}.FailingDesk")
    try:
        assert run(mail()).outcome is Outcome.QUARANTINED
    finally:
        current.select(settings.OTALINK_DESK)
    assert [entry.outcome for entry in JournalEntry.objects.all()] == ["quarantined"]
    assert Ticket.objects.count() == 0


def _failing(error: Exception) -> AbstractContextManager[None]:
    def execute(call: Callable[..., object], sql: str, *rest: object) -> object:
        if sql.startswith("INSERT") and JournalEntry._meta.db_table in sql:
            raise error
        return call(sql, *rest)

    return connection.execute_wrapper(execute)


def test_a_mail_whose_entry_cannot_be_written_is_not_filed() -> None:
    with _failing(OperationalError("disk full")):
        assert run(mail()).outcome is Outcome.TRY_LATER
    assert (Ticket.objects.count(), Claim.objects.count()) == (0, 0)


def test_a_mail_goes_into_quarantine_although_no_entry_can_be_written() -> None:
    with _failing(IntegrityError("no")):
        assert keep_back(mail(), LMTP, "why").outcome is Outcome.QUARANTINED
    assert not JournalEntry.objects.exists()
    assert len(quarantine.items()) == 1


def test_texts_of_any_length_and_kind_fit() -> None:
    delivery = Delivery("a" * 900, tuple(f"\ud800{n}\0@x.example" for n in range(900)), source="s" * 900)
    raw = mail(sender=None, subject="x" * 5_000 + "\0", message_id="m" * 800 + "@x.example")
    assert run(raw, delivery).outcome is Outcome.NEW_TICKET
    entry = JournalEntry.objects.get()
    assert (len(entry.sender), len(entry.subject), len(entry.message_id), len(entry.source)) == (255, 500, 255, 120)
    assert "\0" not in entry.recipients


@pytest.mark.parametrize("raw", [b"", b"\0\xff\xfe", b"From: <\r\nSubject: =?utf-8?b?////?=\r\n\r\n", b"\r\n" * 9_000])
def test_bytes_that_are_no_mail_are_noted_by_their_size(raw: bytes) -> None:
    keep_back(raw, LMTP, "why")
    assert JournalEntry.objects.get().size == len(raw)


def test_mail_from_files_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail())
    files.read([tmp_path / "a.eml"], trusted=False)
    assert JournalEntry.objects.get().source == "file"


def test_a_replay_is_noted_as_one() -> None:
    item_id = quarantine.keep(mail(), LMTP, "why")
    commands.quarantine_replay(item_id)
    entry = JournalEntry.objects.get()
    assert (entry.source, entry.outcome) == ("replay", "new ticket")


def test_entries_go_after_the_days_of_the_setting_and_the_task_reports_how_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal, "_CHUNK", 2)
    days = store.get(JOURNAL_DAYS)
    now = timezone.now()
    ages = [timedelta(days=days, seconds=seconds) for seconds in (1, 2, 3, 4, 5)] + [timedelta(days=days - 1)]
    JournalEntry.objects.bulk_create(
        JournalEntry(received=now - age, size=1, outcome="ignored", subject=str(age)) for age in ages
    )
    assert run_now("DeleteOldJournalEntries") == {"deleted": 5}
    assert JournalEntry.objects.get().subject == str(ages[-1])
