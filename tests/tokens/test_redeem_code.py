"""Typing codes: which one signs in, how often, and how many may be tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from otalink.desk.types import Ticket
from otalink.tokens import codes, issue
from otalink.tokens.models import AuditEntry, Token, TokenState
from otalink.tokens.redeem import Standing, inspect, redeem
from otalink.tokens.redeem_code import Typed, redeem_code
from tests.support import make
from tests.support.make import ANN
from tests.support.together import together
from tests.tokens.links import delivered, delivered_with_code, events, secret_of

pytestmark = pytest.mark.django_db


def other_than(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code.replace('-', '')) + 1) % 10**8:08}"


@pytest.mark.parametrize("before", ["live", "pressed", "replaced", "not known to be delivered"])
def test_the_code_of_a_link_signs_in_once_whatever_became_of_the_link(ticket: Ticket, before: str) -> None:
    issued = issue.issue(ticket.number, ANN)
    secret, code = secret_of(issued), issued.code
    if before != "not known to be delivered":
        issue.mark_delivered(issued.id)
    if before == "pressed":
        redeem(secret)
    if before == "replaced":
        delivered(ticket)
    taken = redeem_code(secret, code, "192.0.2.7")
    assert (taken.typed, taken.link.ticket_number, taken.link.customer_login) == (Typed.RIGHT, ticket.number, ANN)
    assert AuditEntry.objects.get(event="code typed").client_ip == "192.0.2.7"
    assert redeem_code(secret, code).typed is Typed.ENDED
    assert redeem(secret).standing is not Standing.LIVE


def test_after_the_code_nothing_of_its_mail_signs_in(ticket: Ticket) -> None:
    secret, code = delivered_with_code(ticket)
    assert redeem_code(secret, code).typed is Typed.RIGHT
    assert redeem(secret).standing is Standing.SPENT
    assert not inspect(secret).takes_code


def test_a_code_opens_no_link_but_its_own(ticket: Ticket) -> None:
    first, code_of_first = delivered_with_code(ticket)
    second, code_of_second = delivered_with_code(ticket)
    assert redeem_code(second, code_of_first).typed is Typed.WRONG
    assert redeem_code(first, code_of_second).typed is Typed.WRONG
    assert redeem_code(first, code_of_first).typed is Typed.RIGHT


def test_five_codes_may_be_tried_and_then_the_right_one_is_refused_too(ticket: Ticket) -> None:
    secret, code = delivered_with_code(ticket)
    tried = [redeem_code(secret, other_than(code)).typed for _ in range(codes.MOST_TRIES)]
    assert tried == [Typed.WRONG] * 4 + [Typed.ENDED]
    assert redeem_code(secret, code).typed is Typed.ENDED
    assert events(ticket).count("wrong code") == 5
    assert redeem(secret).standing is Standing.LIVE, "the button has nothing to do with it"


def test_what_is_no_code_costs_no_try(ticket: Ticket) -> None:
    secret, code = delivered_with_code(ticket)
    for text in ("test", "1", "", "a@x.example", "1" * 50):
        assert redeem_code(secret, text).typed is Typed.UNREADABLE
    assert Token.objects.get().code_tries == 0
    assert redeem_code(secret, code).typed is Typed.RIGHT


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "\x00" * 43])
def test_an_unknown_link_has_no_code(ticket: Ticket, secret: str) -> None:
    assert redeem_code(secret, "1234-5678").link.standing is Standing.INVALID


def test_a_code_opens_nothing_once_access_has_ended(ticket: Ticket) -> None:
    secret, code = delivered_with_code(ticket)
    make.close(ticket.number, datetime(2020, 1, 1, tzinfo=UTC))
    assert redeem_code(secret, code).link.standing is Standing.INVALID
    assert Token.objects.get().state == TokenState.ACTIVE


def test_the_code_of_a_link_that_is_too_old_is_too_old(ticket: Ticket) -> None:
    secret, code = delivered_with_code(ticket)
    with time_machine.travel(timezone.now() + timedelta(days=90), tick=False):
        assert redeem_code(secret, code).typed is Typed.ENDED


@pytest.mark.parametrize("pressed", [False, True])
def test_revoking_ends_codes_too(ticket: Ticket, pressed: bool) -> None:
    secret, code = delivered_with_code(ticket)
    if pressed:
        redeem(secret)
    issue.revoke(ticket.number)
    assert redeem_code(secret, code).typed is Typed.ENDED


def test_the_code_of_a_mail_that_was_refused_is_nobodys(ticket: Ticket) -> None:
    issued = issue.issue(ticket.number, ANN)
    issue.withdraw(issued.id)
    assert redeem_code(secret_of(issued), issued.code).typed is Typed.ENDED


def test_a_code_is_not_spent_when_what_follows_fails(ticket: Ticket) -> None:
    secret, code = delivered_with_code(ticket)

    def fail(_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        redeem_code(secret, code, and_then=fail)
    assert redeem_code(secret, code).typed is Typed.RIGHT


@pytest.mark.django_db(transaction=True)
def test_of_many_who_type_the_code_at_once_exactly_one_gets_in() -> None:
    make.customer()
    ticket = make.ticket()
    for _ in range(3):
        secret, code = delivered_with_code(ticket)
        typed = together(8, lambda _, secret=secret, code=code: redeem_code(secret, code).typed)  # type: ignore[misc]
        assert sorted(each.name for each in typed) == ["ENDED"] * 7 + ["RIGHT"]


@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_codes_at_once_no_more_than_five_are_compared() -> None:
    make.customer()
    ticket = make.ticket()
    secret, code = delivered_with_code(ticket)
    together(10, lambda _: redeem_code(secret, other_than(code)))
    assert Token.objects.get().code_tries == codes.MOST_TRIES
    assert AuditEntry.objects.filter(event="wrong code").count() == codes.MOST_TRIES
