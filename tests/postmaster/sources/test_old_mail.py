"""Old mail that is imported: its senders become customer users, and hear nothing of it unless somebody asks for it."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from otalink.customers.models import CustomerUserRecord, PendingSender
from otalink.minidesk.models import Ticket
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.postmaster import quarantine
from otalink.postmaster.sources.archives import Progress, import_archive
from otalink.sysconfig import store
from otalink.sysconfig.declarations import NEW_CUSTOMER_USERS_PER_DOMAIN, TRUSTED_SERVERS, UNPROVEN_TICKET
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import use

pytestmark = pytest.mark.django_db


def _import(path: Path, *, answer: bool = False) -> Progress:
    return import_archive(path, trusted=False, notify=answer, report=lambda _progress: None)


def _mbox(path: Path, *mails: bytes) -> Path:
    box = mailbox.mbox(path)
    for raw in mails:
        box.add(raw)
    box.close()
    return path


def test_nobody_is_mailed_about_old_mail_unless_asked(tmp_path: Path) -> None:
    _import(_mbox(tmp_path / "old", mail("old"), mail("older", sender="Bob <bob@customer.example>")))
    assert feed() == 0
    assert set(Ticket.objects.values_list("customer_login", flat=True)) == {
        "ann@customer.example",
        "bob@customer.example",
    }
    _import(_mbox(tmp_path / "waiting", mail("waiting")), answer=True)
    assert feed() == 1


def test_old_mail_is_refused_without_an_answer_and_waits_for_an_operator(tmp_path: Path) -> None:
    use("400-Reject", "NewTicketReject", Sender="support@localhost")
    path = _mbox(tmp_path / "box", mail("old"))
    assert _import(path).outcomes == {"quarantined": 1}
    assert quarantine.items()[0].delivery.archived
    assert not OutboxMail.objects.exists()
    assert _import(path, answer=True).outcomes == {"refused with an auto-reply": 1}


def test_old_mail_neither_meets_the_limits_on_new_customer_users_nor_uses_them_up(tmp_path: Path) -> None:
    store.set_value(NEW_CUSTOMER_USERS_PER_DOMAIN.name, 2)
    people = [f"person{number}@customer.example" for number in range(6)]
    senders = {"old": people[:4], "waiting": people[4:]}
    paths = {name: _mbox(tmp_path / name, *(mail(sender=who) for who in those)) for name, those in senders.items()}
    _import(paths["old"])
    _import(paths["waiting"], answer=True)
    assert set(CustomerUserRecord.objects.values_list("login", flat=True)) == set(people)
    _import(_mbox(tmp_path / "more", mail(sender="one.more@customer.example")), answer=True)
    assert PendingSender.objects.get().address == "one.more@customer.example"


def test_old_mail_of_senders_who_are_not_proven_is_let_in(tmp_path: Path) -> None:
    store.set_value(TRUSTED_SERVERS.name, "mx.desk.example")
    store.set_value(UNPROVEN_TICKET.name, False)
    results = b"Authentication-Results: mx.desk.example; dmarc=fail header.from=customer.example\r\n"
    path = _mbox(tmp_path / "box", results + mail("old"))
    assert _import(path, answer=True).outcomes == {"quarantined": 1}
    assert _import(path).outcomes == {"new ticket": 1}
