"""From a ticket in OTOBO to its customer on our page, and out again: mail, link, page, files, merge, close, purge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otalink.maintenance.batch import work
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.sysconfig import declarations, store
from otalink.tokens import purge
from otalink.tokens.models import Token
from tests.otobo.fake import agents, mails
from tests.otobo.fake.articles import File, mail
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest
from tests.otobo.watching import Watching
from tests.support import make
from tests.support.mail_server import MailServer, mail_server
from tests.support.product import LINK

pytestmark = [pytest.mark.django_db]
PLAN = File("plan.pdf", "application/pdf", b"%PDF-1.7" + bytes(range(256)))


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """The mail server that the boot configuration names."""
    with mail_server() as server:
        settings.OTALINK_MAIL_URL = server.url
        yield server


@pytest.fixture
def watching(beside: Rest) -> Watching:
    """A watcher; Ann is a customer user already."""
    make.customer()
    return Watching()


def deliver_all(watching: Watching) -> None:
    """What the worker does until nothing is left."""
    watching.look()
    feed()
    while work("test", lambda: False):
        pass


def newest_link(server: MailServer) -> str:
    text = server.messages[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = LINK.search(text)
    assert found
    return "/l/" + found.group().rpartition("/")[2]


def test_the_customer_comes_in_by_the_mail_and_sees_what_is_theirs(
    otobo: Otobo, watching: Watching, server: MailServer, client: Client
) -> None:
    ticket = mails.new_ticket(otobo, mail(html="<p>It <b>burns</b>.</p>", files=[PLAN]))
    deliver_all(watching)
    assert [(each.event, each.ticket_number) for each in OutboxMail.objects.all()] == [("TicketCreated", ticket.number)]
    entered = client.post(newest_link(server))
    assert (entered.status_code, entered["Location"]) == (303, f"/tickets/{ticket.number}")
    page = client.get(entered["Location"]).content.decode()
    assert "<b>burns</b>" in page
    # OTOBO's own answers are folded.
    assert page.count("<summary>Automatic message</summary>") == 2
    (path,) = re.findall(rf"/tickets/{ticket.number}/attachments/\d+", page)
    assert b"".join(client.get(path).streaming_content) == PLAN.content  # type: ignore[attr-defined]
    agents.note(otobo, ticket, "A difficult customer.")
    agents.answer(otobo, ticket, "Have you tried water?")
    deliver_all(watching)
    page = client.get(f"/tickets/{ticket.number}").content.decode()
    assert "Have you tried water?" in page
    assert "difficult" not in page
    assert len(server.messages) == 2


def test_a_link_to_a_merged_ticket_opens_where_it_went_and_a_session_goes_along(
    otobo: Otobo, watching: Watching, server: MailServer, client: Client
) -> None:
    # Each is answered only where the sender is proven.
    store.set_value(declarations.TRUSTED_SERVERS.name, "mx.desk.example")
    proven = {"Authentication_Results": "mx.desk.example; dmarc=pass header.from=customer.example"}
    main = mails.new_ticket(otobo, mail(files=[], **proven))
    merged = mails.new_ticket(otobo, mail(text="And the toaster.", files=[PLAN], **proven))
    deliver_all(watching)
    links = {each["Subject"]: each for each in server.messages}
    assert len(links) == 2
    (before,) = [newest_link(server)]
    assert client.post(before).status_code == 303
    agents.merge(otobo, merged, main)
    page = client.get(f"/tickets/{merged.number}").content.decode()
    assert "And the toaster." in page
    assert f"Ticket {main.number}" in page
    (path,) = re.findall(rf"/tickets/{merged.number}/attachments/\d+", page)
    assert client.get(path).status_code == 200
    agents.answer(otobo, main, "Both are fixed.")
    deliver_all(watching)
    other = Client()
    entered = other.post(newest_link(server))
    assert entered["Location"] == f"/tickets/{main.number}"


def test_access_ends_after_the_close_and_the_purge_takes_the_tokens(
    otobo: Otobo, watching: Watching, server: MailServer, client: Client
) -> None:
    ticket = mails.new_ticket(otobo)
    deliver_all(watching)
    link = newest_link(server)
    assert client.post(link).status_code == 303
    agents.close(otobo, ticket)
    assert client.get(f"/tickets/{ticket.number}").status_code == 200
    days = store.get(declarations.ACCESS_DAYS_AFTER_CLOSE)
    assert purge.purge() == 0
    with time_machine.travel(timezone.now() + timedelta(days=days, hours=1), tick=False):
        assert Client().post(link).status_code != 303
        assert purge.purge() == 1
    assert not Token.objects.exists()


def test_a_deleted_ticket_is_an_ended_one(otobo: Otobo, watching: Watching, server: MailServer, client: Client) -> None:
    ticket = mails.new_ticket(otobo)
    deliver_all(watching)
    link = newest_link(server)
    assert client.post(link).status_code == 303
    agents.delete(otobo, ticket)
    page = client.get(f"/tickets/{ticket.number}")
    assert page.status_code == client.get(link).status_code == 404
    assert purge.purge() == 1


def test_whoever_comes_while_otobo_is_away_is_asked_to_come_again(
    otobo: Otobo, watching: Watching, server: MailServer, client: Client, settings: Settings
) -> None:
    ticket = mails.new_ticket(otobo)
    deliver_all(watching)
    link = newest_link(server)
    there = settings.OTALINK_OTOBO_DATABASE
    settings.OTALINK_OTOBO_DATABASE = {**there, "PORT": 1}
    assert client.get(link).status_code == 503
    assert client.post(link).status_code == 503
    settings.OTALINK_OTOBO_DATABASE = there
    assert client.post(link).status_code == 303, "and nothing was lost"
    settings.OTALINK_OTOBO_DATABASE = {**there, "PORT": 1}
    assert client.get(f"/tickets/{ticket.number}").status_code == 503


class TestTheRelayIsThere:
    """OTOBO's own mail passes through us: whom it tells, we do not tell as well."""

    @pytest.fixture(autouse=True)
    def _relay(self, settings: Settings) -> None:
        settings.OTALINK_OTOBO_RELAY = ("127.0.0.1", 1)

    def test_what_otobo_answers_itself_is_answered_once(self, otobo: Otobo, watching: Watching) -> None:
        ticket = mails.new_ticket(otobo)
        agents.answer(otobo, ticket, "Hello.")
        watching.look()
        feed()
        assert not OutboxMail.objects.exists()

    def test_what_otobo_does_not_tell_is_told_by_us(self, otobo: Otobo, watching: Watching) -> None:
        otobo.auto_reply = otobo.notifies = False
        ticket = mails.new_ticket(otobo)
        agents.note(otobo, ticket, "We are on it.", visible=True)
        watching.look()
        feed()
        assert not OutboxMail.objects.exists(), "it may still be about to"
        with time_machine.travel(timezone.now() + timedelta(seconds=6)):
            watching.rounds._are_waiting = True
            watching.look()
        feed()
        told = [(mail.event, mail.ticket_number) for mail in OutboxMail.objects.order_by("pk")]
        assert told == [("TicketCreated", ticket.number), ("AgentReplied", ticket.number)]
