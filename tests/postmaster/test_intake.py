"""One mail, one transaction, one outcome."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from otalink.customers import directory
from otalink.customers.models import CustomerUserRecord
from otalink.desk import current
from otalink.minidesk.models import Article, History, Queue, Ticket
from otalink.postmaster import quarantine
from otalink.postmaster.intake import Delivery, Outcome, run
from otalink.postmaster.models import Claim
from otalink.sysconfig import store
from otalink.sysconfig.declarations import CREATE_CUSTOMER_USER, SETTINGS
from otalink.sysconfig.models import StoredValue
from otalink.sysconfig.patterns import PRE_FILTERS
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import mail

pytestmark = pytest.mark.django_db

SEAMS = "tests.postmaster.seams"


def _kept() -> int:
    return sum(model.objects.count() for model in (Ticket, Article, History, Claim, CustomerUserRecord))


def _use_filter(module: str) -> None:
    store.set_value(CREATE_CUSTOMER_USER.name, {**CREATE_CUSTOMER_USER.default, "Module": module})


def _added_filter_is_gone() -> None:
    StoredValue.objects.create(name=f"{PRE_FILTERS.prefix}500-Gone", value={"Module": "no.such.module.Filter"})


@pytest.fixture
def use_desk(settings: Settings) -> Iterator[None]:
    yield
    current.select(settings.OTALINK_DESK)


@pytest.fixture
def use_backend(settings: Settings) -> Iterator[None]:
    directory.backends.cache_clear()
    yield
    directory.backends.cache_clear()


def test_a_mail_from_someone_unknown_becomes_a_customer_user_and_a_ticket() -> None:
    result = run(mail("It burns.", subject="Printer"))
    assert result.outcome is Outcome.NEW_TICKET
    assert result.customer_user == "ann@customer.example"
    ticket = Ticket.objects.get(number=result.ticket)
    article = ticket.articles.get()
    assert (ticket.title, ticket.customer_login) == ("Printer", "ann@customer.example")
    assert (article.text, article.from_name, article.visible_for_customer) == ("It burns.", "Ann Lee", True)
    assert History.objects.get(ticket=ticket, type="NewTicket").notify


@pytest.mark.parametrize("raw", [b"", mail(sender=None), mail(sender="nobody at all"), mail(sender="<>")])
def test_mail_that_names_no_author_is_filed_and_not_answered(raw: bytes) -> None:
    result = run(raw)
    assert (result.outcome, result.customer_user) == (Outcome.NEW_TICKET, "")
    assert not CustomerUserRecord.objects.exists()
    assert not History.objects.get(type="NewTicket").notify


def test_nul_bytes_and_a_wrong_charset_do_not_keep_a_mail_from_being_filed() -> None:
    raw = mail("caf\udce9\0", "Content-Type: text/plain; charset=utf-8", subject="a\0b", sender="A\0nn <ann@x.example>")
    assert run(raw).outcome is Outcome.NEW_TICKET
    assert Article.objects.get().text == "café"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation); owner=x",
        "Return-Path: <>",
        "Precedence: bulk",
        "Precedence: List",
        "Precedence: junk",
        "List-Id: Friends <friends.x.example>",
        "X-OTOBO-Loop: yes",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-Auto-Response-Suppress: All",
        "X-Autoreply: yes",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    ],
)
def test_automatic_mail_is_filed_but_makes_no_customer_user_and_gets_no_answer(header: str) -> None:
    """Regression 13."""
    result = run(mail("I am away.", header))
    assert result.outcome is Outcome.NEW_TICKET
    assert result.reason
    assert not CustomerUserRecord.objects.exists()
    assert not History.objects.get(type="NewTicket").notify


def test_a_bounce_is_known_by_its_empty_envelope_sender() -> None:
    run(mail(), Delivery("", ("support@localhost",)))
    assert not CustomerUserRecord.objects.exists()


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: no", "Precedence: normal", "X-OTOBO-Loop: no", "Return-Path: <a@b>"]
)
def test_a_persons_mail_is_answered_whatever_harmless_headers_it_has(header: str) -> None:
    run(mail("Hello", header), Delivery("ann@customer.example", ()))
    assert CustomerUserRecord.objects.exists()
    assert History.objects.get(type="NewTicket").notify


_FORGED = (
    "X-OTOBO-Queue: Sales",
    "x-otobo-title: Forged",
    "X-OTOBO-State: closed\r\n successful",
    "X-OTOBO-CustomerUser: victim@x.example",
    "X-OTOBO-CUSTOMERNO: victim",
    "X-OTOBO-CustomerUser: victim2@x.example",
    "X-OTOBO-DynamicField-Vip: 1",
    "X-OTOBO-Ignore: yes",
    "X-OTOBO-Queue : Sales",
)


def test_x_otobo_headers_of_an_untrusted_source_count_for_nothing_in_any_form() -> None:
    Queue.objects.create(name="Sales", email="sales@desk.example", sender_name="Sales")
    result = run(mail("Hello", *_FORGED))
    ticket = Ticket.objects.get(number=result.ticket)
    assert (ticket.queue.name, ticket.title, ticket.state) == ("Support", "Printer", "new")
    assert (ticket.customer_login, ticket.customer_id) == ("ann@customer.example", "ann@customer.example")
    assert not ticket.dynamic_fields.exists()


def test_x_otobo_headers_of_a_trusted_source_are_honoured() -> None:
    Queue.objects.create(name="Sales", email="sales@desk.example", sender_name="Sales")
    lines = ("X-OTOBO-Queue: Sales", "X-OTOBO-Title: Wanted", "x-otobo-state: open")
    ticket = Ticket.objects.get(number=run(mail("Hello", *lines), Delivery(trusted=True)).ticket)
    assert (ticket.queue.name, ticket.title, ticket.state) == ("Sales", "Wanted", "open")


def test_a_trusted_source_may_have_a_mail_ignored() -> None:
    result = run(mail("Hello", "X-OTOBO-Ignore: yes"), Delivery(trusted=True))
    assert (result.outcome, _kept()) == (Outcome.IGNORED, 0)


def test_a_pre_filter_that_fails_brings_the_whole_mail_into_quarantine() -> None:
    _added_filter_is_gone()
    raw = mail("Hello")
    result = run(raw, Delivery("a@x.example", ("b@x.example",), trusted=True))
    (item,) = quarantine.items()
    assert (result.outcome, _kept()) == (Outcome.QUARANTINED, 0)
    assert "no.such.module.Filter" in item.reason
    assert quarantine.read(item.id) == raw


@pytest.mark.parametrize(("module", "outcome"), [("IgnoreAll", Outcome.IGNORED), ("RejectAll", Outcome.REJECTED)])
def test_a_pre_filter_may_stop_a_mail(module: str, outcome: Outcome) -> None:
    _use_filter(f"{SEAMS}.{module}")
    result = run(mail())
    assert (result.outcome, _kept()) == (outcome, 0)
    assert result.reason.startswith("not wanted")


def test_pre_filters_run_in_the_order_of_their_names_and_an_unwanted_mail_makes_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "PostMaster::PreFilterModule###100-IgnoreAll"
    config = {**CREATE_CUSTOMER_USER.default, "Module": f"{SEAMS}.IgnoreAll"}
    monkeypatch.setitem(SETTINGS, name, replace(CREATE_CUSTOMER_USER, name=name, default=config))
    assert run(mail()).outcome is Outcome.IGNORED
    assert _kept() == 0


def test_a_built_in_pre_filter_whose_module_is_gone_does_not_stop_mail() -> None:
    """The module that comes with the product takes its place."""
    with pytest.raises(InvalidValue):
        _use_filter("no.such.module.Filter")
    value = {**CREATE_CUSTOMER_USER.default, "Module": "no.such.module.Filter"}
    StoredValue.objects.create(name=CREATE_CUSTOMER_USER.name, value=value)
    assert run(mail()).outcome is Outcome.NEW_TICKET
    assert CustomerUserRecord.objects.exists()


def test_a_desk_with_a_fault_brings_mail_into_quarantine_and_keeps_nothing_else(use_desk: None) -> None:
    current.select(f"{SEAMS}.FailingDesk")
    assert run(mail()).outcome is Outcome.QUARANTINED
    assert _kept() == 0


def test_a_desk_that_is_away_means_try_later_and_nothing_is_kept(use_desk: None, settings: Settings) -> None:
    current.select(f"{SEAMS}.UnavailableDesk")
    raw = mail()
    assert run(raw).outcome is Outcome.TRY_LATER
    assert (_kept(), quarantine.items()) == (0, [])
    current.select(settings.OTALINK_DESK)
    assert run(raw).outcome is Outcome.NEW_TICKET


def test_a_directory_that_is_away_means_try_later(use_backend: None, settings: Settings) -> None:
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": f"{SEAMS}.UnavailableBackend"}
    assert run(mail()).outcome is Outcome.TRY_LATER
    assert (_kept(), quarantine.items()) == (0, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("sqlite" not in connection.vendor, reason="locks the file of SQLite")
def test_a_database_that_is_locked_means_try_later() -> None:
    raw, name = mail(), connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(name)
    other.execute("BEGIN IMMEDIATE")
    assert run(raw).outcome is Outcome.TRY_LATER
    other.rollback()
    other.close()
    assert run(raw).outcome is Outcome.NEW_TICKET
    connection.close()


def test_a_quarantine_that_cannot_be_written_means_try_later(data_folder: Path) -> None:
    (data_folder / "quarantine").write_text("a file where the folder should be")
    _added_filter_is_gone()
    assert run(mail()).outcome is Outcome.TRY_LATER
