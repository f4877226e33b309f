"""Where OTOBO mails a reader we do not as well, and where it does not, we do; whatever comes first, whoever dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from otalink.desk.current import get_desk
from otalink.maintenance.batch import work
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, OutboxMail
from otalink.otobo.watcher.told import SETTLES
from tests.otobo.fake import agents, answers, mails
from tests.otobo.fake.articles import mail
from tests.otobo.fake.core import Filed, Otobo
from tests.otobo.fake.faults import dies
from tests.otobo.fake.rest import Rest
from tests.otobo.watching import Watching
from tests.support import make
from tests.support.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db
ANN, BOB = "ann@customer.example", "bob@customer.example"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """Where our own mail goes."""
    with mail_server() as server:
        settings.OTALINK_MAIL_URL = server.url
        yield server


@pytest.fixture
def watching(beside: Rest, otobo: Otobo, server: MailServer, settings: Settings) -> Watching:
    """A watcher beside the relay; OTOBO mails nobody by itself until a test says so."""
    settings.OTALINK_OTOBO_RELAY = ("127.0.0.1", 1)
    otobo.auto_reply = otobo.notifies = False
    make.customer()
    make.customer(BOB)
    return Watching()


def deliver(watching: Watching) -> None:
    """What is decided by now leaves."""
    watching.rounds._are_waiting = True
    watching.look()
    feed()
    while work("test", lambda: False):
        pass


def settle(watching: Watching) -> None:
    """So much time passes that OTOBO must have written all that it wanted."""
    deliver(watching)
    with time_machine.travel(timezone.now() + SETTLES + timedelta(seconds=1)):
        deliver(watching)


def known(otobo: Otobo, watching: Watching) -> Filed:
    """A ticket whose customer was told of it."""
    ticket = mails.new_ticket(otobo, mail())
    settle(watching)
    return ticket


def test_a_notification_that_comes_after_the_note_is_waited_for(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    ticket = known(otobo, watching)
    agents.note(otobo, ticket, "A note you may see.", visible=True)
    deliver(watching)
    assert server.recipients == [ANN], "of the ticket alone"
    answers.send(otobo, "SendCustomerNotification", ticket, ANN)
    settle(watching)
    assert server.recipients == [ANN]


def test_a_notification_that_is_there_already_is_enough_at_once(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    ticket = known(otobo, watching)
    agents.note(otobo, ticket, "A note you may see.", visible=True)
    answers.send(otobo, "SendCustomerNotification", ticket, ANN)
    deliver(watching)
    assert not OutboxMail.objects.exclude(state=MailState.SENT).exists()
    settle(watching)
    assert server.recipients == [ANN]


def test_where_the_process_dies_before_it_notifies_we_do(otobo: Otobo, watching: Watching, server: MailServer) -> None:
    ticket = known(otobo, watching)

    def note_and_notify() -> None:
        agents.note(otobo, ticket, "A note you may see.", visible=True)
        answers.send(otobo, "SendCustomerNotification", ticket, ANN)

    statements = counted(otobo, lambda: agents.note(otobo, ticket, "For agents.")) + 1
    assert dies(otobo, statements, note_and_notify)
    settle(watching)
    assert server.recipients == [ANN, ANN]


def test_the_notification_of_a_new_ticket_comes_after_its_raw_mail(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    otobo.notifies = True
    looked = list[str]()

    def look(statement: str) -> None:
        looked.append(statement)
        deliver(watching)

    otobo.before = look
    mails.new_ticket(otobo, mail())
    otobo.before = lambda _: None
    settle(watching)
    assert looked
    assert server.recipients == []


def test_a_new_ticket_whose_process_dies_after_the_raw_mail_is_told_by_us(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    quiet = counted(otobo, lambda: mails.new_ticket(otobo, mail(sender=BOB)))
    settle(watching)
    otobo.notifies = True
    assert dies(otobo, quiet, lambda: mails.new_ticket(otobo, mail()))
    deliver(watching)
    assert server.recipients == [BOB]
    settle(watching)
    assert server.recipients == [BOB, ANN]


def test_the_time_is_counted_from_the_raw_mail_however_late_it_comes(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    otobo.notifies = True

    def slow(statement: str) -> None:
        if "article_data_mime_plain" in statement:
            deliver(watching)
            clock.shift(SETTLES + timedelta(seconds=1))
        else:
            deliver(watching)

    with time_machine.travel(timezone.now(), tick=True) as clock:
        otobo.before = slow
        mails.new_ticket(otobo, mail())
        otobo.before = lambda _: None
        deliver(watching)
    settle(watching)
    assert server.recipients == []


def test_who_takes_part_and_is_not_in_the_answer_is_told_by_us(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    ticket = known(otobo, watching)
    get_desk().add_participant(ticket.number, BOB, notify=False)
    agents.answer(otobo, ticket, "We come.", to=ANN)
    agents.answer(otobo, ticket, "We come, both of you.", to=ANN, cc=BOB)
    deliver(watching)
    assert server.recipients == [ANN, BOB]


def test_an_answer_to_somebody_else_is_told_to_the_customer_by_us(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    ticket = known(otobo, watching)
    agents.answer(otobo, ticket, "Where are the parts?", to="parts@supplier.example")
    deliver(watching)
    assert server.recipients == [ANN, ANN]


def test_an_answer_to_whom_we_do_not_know_is_no_failure(otobo: Otobo, watching: Watching, server: MailServer) -> None:
    ticket = agents.by_mail(otobo, "carl@elsewhere.example", "News.")
    settle(watching)
    assert not OutboxMail.objects.exists()
    assert get_desk().find_ticket(ticket.number)
    assert server.recipients == []


def test_what_is_mailed_about_a_later_message_is_not_about_the_note(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    ticket = known(otobo, watching)
    agents.note(otobo, ticket, "A note you may see.", visible=True)
    otobo.auto_reply = True
    mails.follow_up(otobo, ticket)
    settle(watching)
    assert server.recipients == [ANN, ANN], "the automatic answer says nothing of the note"


def test_a_notification_long_after_the_note_is_about_something_else(
    otobo: Otobo, watching: Watching, server: MailServer
) -> None:
    ticket = known(otobo, watching)
    agents.note(otobo, ticket, "A note you may see.", visible=True)
    moment = otobo.clock() + timedelta(minutes=5)
    otobo.clock = lambda: moment
    answers.send(otobo, "SendCustomerNotification", ticket, ANN)
    settle(watching)
    assert server.recipients == [ANN, ANN]


def counted(otobo: Otobo, call: Callable[[], object]) -> int:
    """How many statements a call takes."""
    seen = list[str]()
    otobo.before = seen.append
    call()
    otobo.before = lambda _: None
    return len(seen)
