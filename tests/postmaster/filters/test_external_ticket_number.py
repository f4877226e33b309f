"""`ExternalTicketNumberRecognition`: another system's number leads to one ticket."""

from __future__ import annotations

from typing import Any

import pytest

from otalink.minidesk import changes
from otalink.minidesk.models import Article, DynamicField, Ticket
from otalink.postmaster.intake import Outcome, run
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import use

pytestmark = pytest.mark.django_db
MONITOR = "monitor@tools.example"
CONFIG: dict[str, Any] = {
    "NumberRegExp": r"\[case (?P<number>[A-Z0-9-]+)\]",
    "FromAddressRegExp": r"@tools\.example$",
    "DynamicFieldName": "Case",
}


@pytest.fixture(autouse=True)
def _field() -> None:
    DynamicField.objects.create(name="Case", type="text")


def test_mails_with_one_number_go_to_one_ticket_whatever_else_their_subject_says() -> None:
    use("300-Case", "ExternalTicketNumberRecognition", **CONFIG)
    first = run(mail(subject="[case AB-1] disk full", sender=MONITOR))
    second = run(mail(subject="resolved: [case AB-1]", sender="other@tools.example"))
    third = run(mail(subject="[case AB-2] disk full", sender=MONITOR))
    assert first.outcome is third.outcome is Outcome.NEW_TICKET
    assert (second.outcome, second.ticket) == (Outcome.FOLLOW_UP, first.ticket)
    assert {value.value for value in Ticket.objects.get(number=first.ticket).dynamic_fields.all()} == {"AB-1"}


def test_a_stranger_who_knows_the_number_comes_in_hidden_or_not_at_all() -> None:
    use("300-Case", "ExternalTicketNumberRecognition", **{**CONFIG, "FromAddressRegExp": ""})
    number = run(mail(subject="[case AB-1]", sender=MONITOR)).ticket
    assert run(mail("Let me in.", subject="[case AB-1]", sender="mallory@x.example")).ticket == number
    assert not Article.objects.get(text="Let me in.").visible_for_customer
    use("300-Case", "ExternalTicketNumberRecognition", **CONFIG)
    assert run(mail(subject="[case AB-1]", sender="mallory@x.example")).outcome is Outcome.NEW_TICKET


def test_a_number_that_differs_only_in_case_or_accent_is_another() -> None:
    use("300-Case", "ExternalTicketNumberRecognition", **{**CONFIG, "NumberRegExp": r"case (?P<number>\S+)"})
    numbers = {run(mail(subject=f"case {case}", sender=MONITOR)).ticket for case in ("ab", "AB", "äb")}
    assert len(numbers) == 3


def test_the_text_is_searched_when_asked_for() -> None:
    use("300-Case", "ExternalTicketNumberRecognition", **CONFIG, SearchInSubject=False, SearchInBody=True)
    number = run(mail("see [case X1]", sender=MONITOR)).ticket
    assert run(mail("again\r\n[case X1]\r\n", sender=MONITOR)).ticket == number
    assert run(mail(subject="[case X1]", sender=MONITOR)).outcome is Outcome.NEW_TICKET


def test_a_ticket_in_another_state_takes_no_follow_up_when_state_types_are_named() -> None:
    use("300-Case", "ExternalTicketNumberRecognition", **CONFIG, TicketStateTypes="new; open")
    number = run(mail(subject="[case AB-1]", sender=MONITOR)).ticket
    assert run(mail(subject="[case AB-1]", sender=MONITOR)).ticket == number
    changes.set_state(changes.find(number), "closed successful")
    assert run(mail(subject="[case AB-1]", sender=MONITOR)).outcome is Outcome.NEW_TICKET


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"NumberRegExp": "case [0-9]+"}, "capture named number"),
        ({"DynamicFieldName": ""}, "DynamicFieldName"),
        ({"TicketStateTypes": "new;ajar"}, "ajar"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_set(change: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem):
        use("300-Case", "ExternalTicketNumberRecognition", **{**CONFIG, **change})
