"""What patterns are held against: every condition, headers as they look, the text, and never for long."""

from __future__ import annotations

import time

import pytest

from otalink.minidesk.models import Ticket
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import mail, multipart, part
from tests.postmaster.filters.support import use

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("orders")]


@pytest.mark.parametrize("subject", ["Your order is late", "order 4711"])
def test_every_condition_must_hold(subject: str) -> None:
    use("500-Orders", "Match", Match={"Subject": "order [0-9]", "From": "shop"}, Set={"X-OTOBO-Queue": "Orders"})
    run(mail(subject=subject))
    assert Ticket.objects.get().queue.name == "Support"


def test_encoded_headers_and_headers_that_come_twice_are_read_as_they_look() -> None:
    use("500-Orders", "Match", Match={"Subject": "Prüfung", "X-Tag": "(?m)^b$"}, Set={"X-OTOBO-Queue": "Orders"})
    run(mail("Hello", "X-Tag: a", "x-tag: b", subject="=?utf-8?q?Pr=C3=BC?= =?utf-8?q?fung?="))
    assert Ticket.objects.get().queue.name == "Orders"


def test_the_text_is_looked_at_as_body_html_too() -> None:
    use("500-Orders", "Match", Match={"Body": "parcel (?P<n>[0-9]+)"}, Set={"X-OTOBO-Title": "{n}"})
    run(multipart("mixed", part(b"<p>Where is <b>parcel</b> 12?</p>", "text/html")))
    assert Ticket.objects.get().title == "12"


def test_a_pattern_and_a_mail_made_to_take_for_ever_take_no_time() -> None:
    use("500-Slow", "Match", Match={"Body": r"^(([a-z])+.)+[A-Z]([a-z])+$|(a|a)*b$"}, Set={"X-OTOBO-Title": "x"})
    raw = mail("a" * 900_000)
    began = time.process_time()
    assert run(raw).outcome is Outcome.NEW_TICKET
    assert time.process_time() - began < 5
