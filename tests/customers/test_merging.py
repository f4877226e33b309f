"""Two customer users who are one person become one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otalink.customers import commands, directory
from otalink.customers.merging import merge
from otalink.customers.models import CustomerUserRecord, MergedLogin
from otalink.customers.types import BackendReadOnly, CustomerUserUnknown
from otalink.desk.types import SenderType
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Ticket
from otalink.notifications.feed import feed
from otalink.notifications.letter import NothingToSend, prepare
from otalink.notifications.models import OutboxMail
from otalink.portal.models import CustomerSession
from otalink.postmaster.intake import run
from otalink.sysconfig.setting import InvalidValue
from otalink.tokens import issue
from otalink.tokens.models import Token
from tests.customers.ann import OLD
from tests.postmaster.builders import mail
from tests.support import make
from tests.support.make import ANN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ann_twice")]


def test_tickets_links_sessions_and_addresses_move(client: Client) -> None:
    number = make.ticket(OLD).number
    path = f"/l/{issue.issue(number, OLD).url.rpartition('/')[2]}"
    client.post(f"/l/{issue.issue(number, OLD).url.rpartition('/')[2]}")
    commands.address_add(OLD, "third@old.example")
    done = commands.merge(OLD, ANN)
    assert (done["login"], done["into"]) == (OLD, ANN)
    assert done["moved"] == {"tickets": 1, "links": 2, "mail": 0, "sessions": 1}
    ticket = Ticket.objects.get()
    assert (ticket.customer_login, ticket.customer_id) == (ANN, ANN)
    assert set(Token.objects.values_list("customer_login", flat=True)) == {ANN}
    assert CustomerSession.objects.get().customer_login == ANN
    assert client.get(f"/tickets/{number}").status_code == 200
    assert Client().post(path).status_code == 303
    assert set(commands.show(ANN)["addresses"]) == {OLD, "third@old.example"}


def test_the_old_login_and_the_old_address_lead_to_the_one_who_stayed() -> None:
    merge(OLD, ANN)
    assert directory.find_by_login(OLD) == directory.find_by_login(ANN)
    number = run(mail(sender=OLD)).ticket
    assert Ticket.objects.get(number=number).customer_login == ANN
    assert CustomerUserRecord.objects.count() == 1


def test_merges_in_a_row_lead_to_the_last() -> None:
    make.customer("ann@third.example")
    merge(OLD, ANN)
    merge(ANN, "ann@third.example")
    found = directory.find_by_login(OLD)
    assert found is not None
    assert found.login == "ann@third.example"
    assert [user.login for user in directory.find_by_email(OLD)] == ["ann@third.example"]


def test_who_took_part_in_the_other_s_ticket_takes_part_once_and_not_in_their_own() -> None:
    desk = MiniDesk()
    anns, bobs = make.ticket(ANN).number, make.ticket("bob@x.example").number
    desk.add_participant(anns, OLD)
    desk.add_participant(bobs, OLD)
    desk.add_participant(bobs, ANN)
    merge(OLD, ANN)
    assert desk.readers([anns, bobs]) == {anns: (ANN,), bobs: ("bob@x.example", ANN)}


def test_mail_that_waits_goes_to_the_one_who_stayed_once() -> None:
    desk, bobs = MiniDesk(), make.ticket("bob@x.example").number
    for login in (OLD, ANN):
        desk.add_participant(bobs, login, notify=False)
    desk.add_agent_reply(bobs, make.draft("Hello.", sender_type=SenderType.AGENT))
    feed()
    merge(OLD, ANN)
    told = []
    for row in OutboxMail.objects.exclude(participant=""):
        try:
            told.append(prepare(row).customer.login)
        except NothingToSend:
            continue
    assert told == [ANN]


def test_who_was_merged_into_is_no_longer_provisional_and_stays() -> None:
    run(mail(sender="new@x.example"))
    assert commands.show("new@x.example")["provisional"]
    merge(OLD, "new@x.example")
    assert not commands.show("new@x.example")["provisional"]


def test_the_merge_is_on_record() -> None:
    before = timezone.now() - timedelta(seconds=1)
    make.ticket(OLD)
    merge(OLD, ANN, by="lena")
    record = MergedLogin.objects.get()
    assert (record.login, record.into, record.by, record.moved["tickets"]) == (OLD, ANN, "lena", 1)
    assert record.created > before


def test_what_cannot_be_merged_is_refused_and_changes_nothing(settings: Settings) -> None:
    with pytest.raises(InvalidValue, match="the same"):
        merge(OLD, OLD.upper())
    with pytest.raises(CustomerUserUnknown, match="nobody"):
        merge("nobody", ANN)
    with pytest.raises(CustomerUserUnknown, match="nobody"):
        merge(OLD, "nobody")
    directory.backend_of(ANN).set_valid(ANN, valid=False)
    with pytest.raises(InvalidValue, match="disabled"):
        merge(OLD, ANN)
    directory.backend_of(ANN).set_valid(ANN, valid=True)
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": "tests.postmaster.seams.KeepingBackend"}
    directory.backends.cache_clear()
    try:
        with pytest.raises(BackendReadOnly):
            merge(OLD, ANN)
    finally:
        directory.backends.cache_clear()
    assert CustomerUserRecord.objects.count() == 2
    assert not MergedLogin.objects.exists()
