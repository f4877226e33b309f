"""How many customer users mail may make."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otalink.sysconfig import declarations, store
from tests.customers.newcomers import limit, logins, write

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
