"""Whatever mail host, scanners, readers and agents do, in any order: what holds of token, code and session.

Real mail over a real mail server, real pages, the real database of the test run; only hypothesis chooses what happens.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import hypothesis
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pytest_django import Settings

from otalink.customers import directory, merging
from otalink.desk.types import SenderType
from otalink.limits.models import LimitCounter
from otalink.minidesk import changes
from otalink.minidesk.desk import MiniDesk
from otalink.notifications.deliver import deliver
from otalink.notifications.feed import feed
from otalink.notifications.models import MailState, OutboxMail
from otalink.notifications.transport.mailer import TemporaryFailure
from otalink.portal.models import CustomerSession
from otalink.postmaster.intake import Delivery, Outcome, run
from otalink.tokens import issue, profiles
from otalink.tokens.models import Token
from tests.notifications.reading import code_in, part, secret_in
from tests.portal.test_link_codes import NEW_LINK, REFRESH_FAILED
from tests.support import make
from tests.support.mail_server import MailServer, mail_server

_SCANNER, _OWNER = 0, 1
_numbers = itertools.count(1)
tickets = st.integers(0, 1)
clients = st.sampled_from([_SCANNER, _OWNER])
# Which mail of those that came, the newest first.
ages = st.integers(0, 3)


@dataclass
class Mail:
    """A mail that its reader has; `is_over` says that its code can sign in no more."""

    ticket: str
    link: str
    code: str
    message_id: str
    token: int
    is_over: bool = False


@dataclass
class World:
    """What the machine of one example knows; the database knows the rest."""

    reader: str = make.ANN
    tickets: list[str] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    is_disabled: bool = False


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is looked at and did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    profiles.forget_cache()


class Links(RuleBasedStateMachine):
    server: MailServer

    def __init__(self) -> None:
        super().__init__()
        self._example = transaction.atomic()
        self._example.__enter__()
        profiles.forget_cache()
        self.world = World()
        self.browsers = [Client(), Client()]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._example.__exit__(None, None, None)
        profiles.forget_cache()

    # What is done with the world.

    def _click(self, browser: Client, link: str, **form: str) -> int:
        """Send the form of a link's page, from another place each time; the status."""
        client_ip = f"198.51.{next(_numbers) // 250 % 250}.{next(_numbers) % 250}"
        self.page = browser.post(link, form, headers={"X-Forwarded-For": client_ip})
        return self.page.status_code

    def _is_in(self, browser: Client, number: str) -> bool:
        return browser.get(f"/tickets/{number}").status_code == 200

    def _send(self, answer: str = "", *, comes_back: bool = False) -> None:
        """Have all queued mail delivered to a mail host that answers so."""
        feed()
        for mail in OutboxMail.objects.filter(state=MailState.QUEUED).order_by("pk"):
            self.server.to_recipient, before = answer, len(self.server.messages)
            try:
                deliver.call(mail.pk)
            except TemporaryFailure:
                continue
            for message in self.server.messages[before:]:
                if comes_back:
                    self._bounce(mail.message_id)
                elif mail.ticket_number in self.world.ended:
                    # What an agent writes after the end is told all the same, and lets nobody in.
                    assert "/l/" not in part(message, "plain")
                else:
                    token = Token.objects.latest("pk").pk
                    link, code = f"/l/{secret_in(message)}", code_in(message)
                    self.world.mails.append(Mail(mail.ticket_number, link, code, mail.message_id, token))

    def _bounce(self, message_id: str) -> None:
        raw = (
            f"From: MAILER-DAEMON@host.example\r\nTo: support@localhost\r\nSubject: Undelivered\r\n"
            f"Message-ID: <bounce{next(_numbers)}@host.example>\r\n\r\n"
            f"550 5.1.1 no such user\r\n\r\nMessage-ID: <{message_id}>\r\n"
        )
        run(raw.encode(), Delivery(""))

    def _write(self, number: str) -> None:
        """The reader answers the newest mail they have about a ticket."""
        mail = self._newest(number)
        raw = (
            f"From: {self.world.reader}\r\nTo: support@localhost\r\nSubject: Re: [Ticket#{number}] Printer\r\n"
            f"Message-ID: <{next(_numbers)}@customer.example>\r\nIn-Reply-To: <{mail.message_id}>\r\n\r\nHello?\r\n"
        )
        assert run(raw.encode(), Delivery(self.world.reader)).outcome is Outcome.FOLLOW_UP

    def _newest(self, number: str) -> Mail:
        return next(mail for mail in reversed(self.world.mails) if mail.ticket == number)

    def _mail(self, ticket: int, age: int) -> Mail:
        mails = [mail for mail in self.world.mails if mail.ticket == self.world.tickets[ticket]]
        return mails[max(0, len(mails) - 1 - age)]

    def _one_of_the_tickets(self) -> str:
        # By turns: looking is most of what this test costs.
        return self.world.tickets[next(_numbers) % 2]

    def _is_open(self, number: str) -> bool:
        return not self.world.is_disabled and number not in self.world.ended

    # What may happen.

    @initialize()
    def two_tickets_whose_reader_has_a_mail(self) -> None:
        make.customer()
        self.world.tickets = [make.ticket().number for _ in range(2)]
        self._send()
        assert len(self.world.mails) == 2

    @rule(ticket=tickets, host=st.sampled_from(["takes it", "refuses it", "not now", "sends it back"]))
    def agent_replies(self, ticket: int, host: str) -> None:
        draft = make.draft("Pull the plug.", sender_type=SenderType.AGENT)
        MiniDesk().add_agent_reply(self.world.tickets[ticket], draft)
        answer = {"refuses it": "550 5.1.1 no such user", "not now": "451 4.7.1 later"}.get(host, "")
        self._send(answer, comes_back=host == "sends it back")

    @rule(client=clients, ticket=tickets, age=ages)
    def pressed(self, client: int, ticket: int, age: int) -> None:
        mail = self._mail(ticket, age)
        if self._click(self.browsers[client], mail.link) == 303:
            assert self._is_in(self.browsers[client], mail.ticket)
        self._send()

    @rule(client=clients, ticket=tickets, age=ages, is_right=st.booleans())
    def typed(self, client: int, ticket: int, age: int, is_right: bool) -> None:
        mail, browser = self._mail(ticket, age), self.browsers[client]
        was_in = self._is_in(browser, mail.ticket)
        code = mail.code if is_right else f"{(int(mail.code.replace('-', '')) + 1) % 10**8:08}"
        status = self._click(browser, mail.link, code=code)
        if was_in or not self._is_open(mail.ticket):
            return
        assert (status == 303) == (is_right and not mail.is_over)
        if is_right:
            mail.is_over = True
        else:
            mail.is_over |= Token.objects.get(pk=mail.token).code_tries >= 5

    @rule(client=clients, ticket=tickets, age=ages)
    def refreshed(self, client: int, ticket: int, age: int) -> None:
        self._click(self.browsers[client], self._mail(ticket, age).link, new="1")
        self._send()

    @rule(ticket=tickets)
    def reader_writes(self, ticket: int) -> None:
        self._write(self.world.tickets[ticket])
        self.world.ended.discard(self.world.tickets[ticket])  # it opens the ticket again
        self._send()

    @rule(ticket=tickets, is_long_ago=st.booleans())
    def closed(self, ticket: int, is_long_ago: bool) -> None:
        number = self.world.tickets[ticket]
        make.close(number, timezone.now() - timedelta(days=15 if is_long_ago else 1))
        (self.world.ended.add if is_long_ago else self.world.ended.discard)(number)

    @rule(ticket=tickets)
    def reopened(self, ticket: int) -> None:
        changes.set_state(changes.find(self.world.tickets[ticket]), "open")
        self.world.ended.discard(self.world.tickets[ticket])

    @rule(ticket=tickets)
    def revoked(self, ticket: int) -> None:
        issue.revoke(self.world.tickets[ticket])
        for mail in self.world.mails:
            mail.is_over |= mail.ticket == self.world.tickets[ticket]

    @rule(ticket=tickets, age=ages)
    def not_me(self, ticket: int, age: int) -> None:
        mail = self._mail(ticket, age)
        status = self._click(Client(), f"{mail.link}/not-me")
        if not self._is_open(mail.ticket):
            return
        assert status == 200
        assert not any(self._is_in(browser, mail.ticket) for browser in self.browsers)
        for older in self.world.mails:
            older.is_over |= older.ticket == mail.ticket and older.token < mail.token

    @rule()
    def merged(self) -> None:
        into = f"ann{next(_numbers)}@customer.example"
        make.customer(into)
        merging.merge(self.world.reader, into)
        self.world.reader, self.world.is_disabled = into, False

    @rule(valid=st.booleans())
    def disabled_or_enabled(self, valid: bool) -> None:
        directory.backend_of(self.world.reader).set_valid(self.world.reader, valid=valid)
        self.world.is_disabled = not valid

    @rule(client=clients)
    def signed_out(self, client: int) -> None:
        self.browsers[client].post("/sign-out")

    @rule()
    def an_hour_passes(self) -> None:
        LimitCounter.objects.all().delete()
        OutboxMail.objects.filter(state=MailState.FAILED).update(changed=timezone.now() - timedelta(hours=2))

    # What holds all the same.

    @invariant()
    def one_mail_is_one_session(self) -> None:
        rows = CustomerSession.objects.values_list("tokens", flat=True)
        assert all(count == 1 for count in Counter(itertools.chain.from_iterable(rows)).values())

    @invariant()
    def whoever_has_the_newest_mail_gets_in(self) -> None:
        number = self._one_of_the_tickets()
        mail = self._newest(number)
        if self._is_open(number) and not mail.is_over:
            with undone():
                somebody = Client()
                assert self._click(somebody, mail.link, code=mail.code) == 303, self.page.content.decode()
                assert self._is_in(somebody, number)

    @invariant()
    def nobody_gets_in_after_the_end(self) -> None:
        number = self._one_of_the_tickets()
        if self._is_open(number):
            return
        assert not any(self._is_in(browser, number) for browser in self.browsers)
        mail = self._newest(number)
        for form in ({}, {"code": mail.code}, {"new": "1"}):
            assert self._click(Client(), mail.link, **form) == 404

    @rule(ticket=tickets, age=ages)
    def no_link_is_a_dead_end(self, ticket: int, age: int) -> None:
        mail = self._mail(ticket, age)
        if not self._is_open(mail.ticket):
            return
        with undone():
            page = Client().get(mail.link).content.decode()
            if "Open my ticket" in page and "Send me a new link" not in page:
                return  # it is live, and its page takes the code or the button
            assert 'name="new"' in page
            self._click(Client(), mail.link, new="1")
            told = self.page.content.decode()
            if NEW_LINK in told:
                assert OutboxMail.objects.filter(state="queued", ticket_number=mail.ticket).exists()
            elif not re.search(r"in \d+ min\.", told):
                assert REFRESH_FAILED in told
                self._write(mail.ticket)
                feed()
                assert OutboxMail.objects.filter(state="queued", ticket_number=mail.ticket).exists()


@pytest.mark.django_db
def test_in_any_order_of_what_may_happen_the_newest_mail_lets_in_and_no_link_is_a_dead_end(
    settings: Settings,
) -> None:
    bounds = hypothesis.settings(
        max_examples=12,
        stateful_step_count=20,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with mail_server() as Links.server:
        settings.OTALINK_MAIL_URL = Links.server.url
        run_state_machine_as_test(Links, settings=bounds)
