"""How many customer users mail may make."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otalink.customers import pending
from otalink.postmaster.intake import run
from otalink.sysconfig import declarations, store
from tests.customers.newcomers import limit, logins, write
from tests.postmaster.builders import mail, proven, trust

pytestmark = pytest.mark.django_db


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


def write_proven(*senders: str) -> list[str]:
    trust()
    numbers = [run(mail("Hello", proven(sender.rpartition("@")[2]), sender=sender)).ticket for sender in senders]
    return [number for number in numbers if pending.find(number)]


def test_a_flood_of_unproven_senders_shuts_out_nobody_who_is_proven() -> None:
    limit(hour=3, domain=2, mailbox=1)
    write(*(f"u{n}@x{n}.example" for n in range(5)), "a@y.example", "b@y.example", "c+1@y.example")
    assert len(logins()) == 3
    assert write_proven("ann@new.example", "bob@y.example", "c+2@y.example") == []
    assert len(logins()) == 6


def test_the_proven_have_limits_of_their_own() -> None:
    store.set_value(declarations.NEW_PROVEN_PER_HOUR.name, 3)
    store.set_value(declarations.NEW_PROVEN_PER_DOMAIN.name, 2)
    assert len(write_proven("a@x.example", "b@x.example", "c@x.example")) == 1
    assert len(write_proven("a@y.example", "a@z.example")) == 1
    write("a@w.example")
    assert logins() == ["a@w.example", "a@x.example", "a@y.example", "b@x.example"]


def test_a_reason_names_the_kind_of_sender_and_the_limit() -> None:
    limit(hour=1)
    number = write("a@x.example", "b@y.example")[1].ticket
    waiting = pending.find(number)
    assert waiting is not None
    assert waiting.reason == "too many unproven new customer users within an hour"


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


def test_the_defaults_let_a_usual_hour_through_and_stop_a_flood() -> None:
    write(*(f"u{n}@x.example" for n in range(22)))
    assert len(logins()) == 20
