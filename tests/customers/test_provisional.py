"""How many customer users mail may make, and what becomes of those who come beyond."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from otalink.customers import admission, commands, directory, pending
from otalink.customers.models import CustomerUserRecord, PendingSender
from otalink.customers.types import BackendReadOnly, CustomerUserUnknown
from otalink.desk.types import SenderType
from otalink.minidesk.desk import MiniDesk
from otalink.minidesk.models import Ticket
from otalink.notifications.feed import feed
from otalink.notifications.models import OutboxMail
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.intake import Outcome, Result, run
from otalink.sysconfig import declarations, store
from tests.postmaster.builders import mail
from tests.support import make

pytestmark = pytest.mark.django_db


def limit(*, hour: int = 0, domain: int = 0, mailbox: int = 0) -> None:
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_HOUR.name, hour)
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_DOMAIN.name, domain)
    store.set_value(declarations.NEW_CUSTOMER_USERS_PER_MAILBOX.name, mailbox)


def write(*senders: str) -> list[Result]:
    results = [run(mail(sender=sender)) for sender in senders]
    assert {result.outcome for result in results} == {Outcome.NEW_TICKET}
    return results


def logins() -> list[str]:
    return list(CustomerUserRecord.objects.order_by("login").values_list("login", flat=True))


def test_beyond_the_hourly_limit_the_ticket_is_made_and_the_account_and_the_answer_wait() -> None:
    limit(hour=2)
    results = write("a@x.example", "b@y.example", "c@z.example")
    assert logins() == ["a@x.example", "b@y.example"]
    ticket = Ticket.objects.get(number=results[2].ticket)
    assert (ticket.customer_login, ticket.articles.get().from_address) == ("c@z.example", "c@z.example")
    feed()
    assert set(OutboxMail.objects.values_list("ticket_number", flat=True)) == {r.ticket for r in results[:2]}
    waiting = pending.find(ticket.number)
    assert waiting is not None
    assert "within an hour" in waiting.reason


def test_an_hour_later_others_may_come() -> None:
    limit(hour=1)
    write("a@x.example")
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        write("b@x.example")
    assert logins() == ["a@x.example"]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        write("c@x.example")
    assert logins() == ["a@x.example", "c@x.example"]


def test_a_domain_has_a_limit_of_its_own() -> None:
    limit(domain=1)
    write("a@x.example", "b@X.example", "c@y.example")
    assert logins() == ["a@x.example", "c@y.example"]


def test_both_spellings_of_a_domain_are_one_domain() -> None:
    limit(domain=1)
    write("a@xn--bcher-kva.example", "b@bücher.example")
    assert logins() == ["a@xn--bcher-kva.example"]


def test_freemail_domains_have_no_limit_of_their_own() -> None:
    limit(domain=1)
    store.set_value(declarations.FREEMAIL_DOMAINS.name, "Mail.Example, free.example")
    write("a@mail.example", "b@mail.example")
    assert len(logins()) == 2


@pytest.mark.parametrize("value", ["gmail", "ann@gmail.com"])
def test_what_is_no_domain_is_refused_as_one(value: str) -> None:
    with pytest.raises(ValueError, match="domains such as"):
        store.set_value(declarations.FREEMAIL_DOMAINS.name, value)


def test_tags_are_kept_for_identity_and_ignored_for_the_limit_even_at_freemail_domains() -> None:
    limit(mailbox=2)
    write("a+1@gmail.com", "A+2@gmail.com", "a+3@gmail.com", "b@gmail.com")
    assert logins() == ["a+1@gmail.com", "a+2@gmail.com", "b@gmail.com"]


def test_somebody_known_is_never_held_back() -> None:
    limit(hour=1)
    write("a@x.example", "a@x.example", "A@x.example")
    assert not PendingSender.objects.exists()


def test_the_defaults_let_a_usual_hour_through_and_stop_a_flood() -> None:
    write(*(f"u{n}@x.example" for n in range(22)))
    assert len(logins()) == 20


def test_an_agent_who_lets_a_sender_in_has_all_their_waiting_tickets_answered() -> None:
    limit(hour=1)
    first, second, other = write("z@z.example", '"Lee, Ann" <Ann@x.example>', "ann@x.example", "bob@x.example")[1:]
    assert commands.admit(first.ticket) == {"ticket": first.ticket, "customer_user": "ann@x.example"}
    customer = directory.find_by_login("ann@x.example")
    assert customer is not None
    assert (customer.full_name, customer.valid) == ("Ann Lee", True)
    feed()
    assert {first.ticket, second.ticket} < set(OutboxMail.objects.values_list("ticket_number", flat=True))
    assert [row.ticket_number for row in PendingSender.objects.all()] == [other.ticket]
    with pytest.raises(CustomerUserUnknown, match="nobody waits"):
        admission.admit(second.ticket)


def test_an_agent_s_answer_lets_its_reader_in() -> None:
    limit(hour=1)
    write("z@z.example")
    first, second = write("ann@x.example", "ann@x.example")
    MiniDesk().add_agent_reply(first.ticket, make.draft("Hello.", sender_type=SenderType.AGENT))
    feed()
    feed()
    assert directory.find_valid("ann@x.example") is not None
    told = OutboxMail.objects.values_list("ticket_number", "event")
    assert {(first.ticket, "AgentReplied"), (second.ticket, "TicketCreated")} < set(told)
    assert (first.ticket, "TicketCreated") not in told
    assert not PendingSender.objects.exists()


def test_an_internal_note_lets_nobody_in() -> None:
    limit(hour=1)
    number = write("z@z.example", "ann@x.example")[1].ticket
    MiniDesk().add_agent_reply(number, make.draft("Spam?", sender_type=SenderType.AGENT, visible_for_customer=False))
    feed()
    assert directory.find_by_login("ann@x.example") is None


def test_whoever_came_in_by_a_later_mail_is_answered_on_the_waiting_ticket_too() -> None:
    limit(hour=1)
    number = write("z@z.example", "ann@x.example")[1].ticket
    limit()
    write("ann@x.example")
    admission.admit(number)
    feed()
    assert OutboxMail.objects.filter(ticket_number=number, event="TicketCreated").exists()
    assert logins() == ["ann@x.example", "z@z.example"]


def test_a_backend_that_takes_nobody_leaves_the_sender_waiting(settings: Settings) -> None:
    limit(hour=1)
    number = write("z@z.example", "ann@x.example")[1].ticket
    settings.OTALINK_CUSTOMER_BACKENDS = {"CustomerUser": "tests.postmaster.seams.ReadOnlyBackend"}
    directory.backends.cache_clear()
    try:
        with pytest.raises(BackendReadOnly):
            admission.admit(number)
    finally:
        directory.backends.cache_clear()
    assert pending.find(number) is not None


def test_no_header_can_hold_a_sender_back_or_choose_their_backend() -> None:
    run(mail("Hello", "X-OTOBO-HoldReason: because", "X-OTOBO-HoldBackend: Other"), Delivery(trusted=True))
    assert logins() == [make.ANN]
    assert not PendingSender.objects.exists()
