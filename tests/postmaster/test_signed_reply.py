"""The signed reply address on its way: written into our mail, and found again in what comes back."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path

import pytest
from pytest_django import Settings

from otalink.desk.current import get_desk, get_mail_desk
from otalink.desk.types import Ticket
from otalink.minidesk.models import Article, Queue
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import Outcome, run
from otalink.postmaster.models import JournalEntry
from otalink.sysconfig import store
from otalink.sysconfig.declarations import SIGNED_REPLY_ADDRESS
from tests.postmaster.builders import mail
from tests.support import make

pytestmark = pytest.mark.django_db


def reply_to(folder: Path, settings: Settings) -> str:
    """Where the newest mail of ours asks to be answered; empty where it does not say."""
    settings.OTALINK_MAIL_URL = folder.as_uri()
    feed()
    deliver.func(OutboxMail.objects.latest("pk").pk)
    newest = max(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return parseaddr(message_from_bytes(newest.read_bytes(), policy=policy.default).get("Reply-To", ""))[1]


@pytest.fixture
def address(ticket: Ticket, tmp_path: Path, settings: Settings) -> str:
    """The address for what Ann answers."""
    store.set_value(SIGNED_REPLY_ADDRESS.name, True)
    return reply_to(tmp_path / "out", settings)


def newest() -> Article:
    return Article.objects.latest("pk")


def test_without_the_setting_customers_answer_to_the_queue(ticket: Ticket, tmp_path: Path, settings: Settings) -> None:
    assert reply_to(tmp_path / "out", settings) == ""


@pytest.mark.parametrize("header", ["To: {}", "Cc: Support <{}>", "Delivered-To: {}", "X-Original-To: {}"])
def test_what_comes_there_finds_its_ticket_without_a_tag_and_is_the_reader_s(
    address: str, header: str, ticket: Ticket
) -> None:
    result = run(mail("Back.", header.format(address), subject="Something else"))
    assert (result.outcome, result.ticket) == (Outcome.FOLLOW_UP, ticket.number)
    assert newest().visible_for_customer


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_the_envelope_alone_does_in_any_case(address: str, case: type[str], ticket: Ticket) -> None:
    run(mail("Back.", subject="Something else"), Delivery(recipients=(case(address),)))
    assert (newest().ticket.number, newest().visible_for_customer) == (ticket.number, True)


def test_at_somebody_else_s_address_nobody_is_proven(address: str, ticket: Ticket) -> None:
    make.customer("bob@x.example")
    make.participant(ticket.number, "bob@x.example")
    run(mail("Bob?", f"To: {address}", sender="bob@x.example"))
    assert newest().standing == "not proven"
    run(mail("Eve?", f"To: {address}", sender="eve@x.example"))
    assert newest().standing == "stranger"


def test_the_number_of_another_ticket_does_not_help(address: str, ticket: Ticket) -> None:
    other = make.ticket()
    run(mail("Mine?", f"To: {address.replace(ticket.number, other.number)}"))
    assert (newest().ticket.number, newest().standing) == (other.number, "not proven")


def test_old_mail_is_answered_there_after_the_setting_was_turned_off(address: str) -> None:
    store.set_value(SIGNED_REPLY_ADDRESS.name, False)
    run(mail("Late.", f"To: {address}"))
    assert newest().visible_for_customer


def test_the_desk_takes_mail_there_and_chooses_the_queue_by_it(address: str) -> None:
    Queue.objects.create(name="Sales", email="sales@desk.example", sender_name="Sales")
    assert get_mail_desk().accepts_recipient(address.upper())
    signature = address.partition(".")[2].partition("@")[0]
    result = run(mail("New."), Delivery(recipients=(f"sales+1999010110000001.{signature}@desk.example",)))
    assert get_desk().find_ticket(result.ticket).queue == "Sales"  # type: ignore[union-attr]


def test_no_signature_is_kept_where_others_read_it(address: str) -> None:
    run(mail(f"From: Ann\nTo: {address}\n\nHello", f"To: {address}"), Delivery(recipients=(address,)))
    secret = address.partition(".")[2].partition("@")[0]
    kept = (newest().text, newest().to, JournalEntry.objects.latest("pk").recipients)
    assert all("support@localhost" in text and secret not in text for text in kept)
