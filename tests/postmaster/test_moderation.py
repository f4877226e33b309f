"""Senders who wait for an agent: marked spam, and addresses that nobody reads."""

from __future__ import annotations

import pytest

from otalink.customers import admission, directory, pending
from otalink.notifications.feed import feed
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import mail
from tests.support import make

pytestmark = pytest.mark.django_db


def test_the_sender_of_marked_spam_waits_and_may_be_let_in() -> None:
    number = run(mail("Win!", "X-Spam-Status: Yes, score=22.4 required=5")).ticket
    waiting = pending.find(number)
    assert waiting
    assert (waiting.reason, list(directory.everybody()), feed()) == ("marked as spam", [], 0)
    assert admission.admit(number).login == make.ANN
    assert feed() == 1


@pytest.mark.parametrize(
    "sender", ["noreply@x.example", "No-Reply@x.example", "shop-noreply@x.example", "do_not_reply+17@x.example"]
)
def test_an_address_that_nobody_reads_gets_no_answer(sender: str) -> None:
    result = run(mail(sender=sender))
    assert (result.outcome, list(directory.everybody()), feed()) == (Outcome.NEW_TICKET, [], 0)


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ("X-Spam-Flag: NO", "ann@x.example"),
        ("X-Spam-Status: No, score=1", "ann@x.example"),
        ("X-A: b", "reply@x.example"),
    ],
)
def test_everybody_else_is_let_in(header: str, sender: str) -> None:
    run(mail("Hello", header, sender=sender))
    assert [user.login for user in directory.everybody()] == [sender]
    assert feed() == 1


def test_a_customer_user_whose_mail_looks_like_spam_is_answered_all_the_same() -> None:
    make.customer()
    run(mail("Win!", "X-Spam-Flag: YES"))
    assert feed() == 1
