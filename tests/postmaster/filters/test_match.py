"""`Match`: headers and text decide where a new ticket goes."""

from __future__ import annotations

from typing import Any

import pytest

from otalink.minidesk.models import Article, Ticket
from otalink.postmaster.intake import Outcome, run
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import mail
from tests.postmaster.filters.support import use

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("orders")]


def test_a_matching_mail_is_filed_as_configured_with_what_was_captured() -> None:
    use(
        "500-Orders",
        "Match",
        Match={"Subject": "order (?P<order>[0-9]+)", "From": r"shop\.example"},
        Set={
            "X-OTOBO-Queue": "Orders",
            "X-OTOBO-State": "open",
            "X-OTOBO-Priority": "4 high",
            "X-OTOBO-Title": "Order {order}, again {order}",
            "X-OTOBO-DynamicField-Order": "{order}",
        },
    )
    run(mail(subject="Your ORDER 4711 is late", sender="bob@shop.example"))
    ticket = Ticket.objects.get()
    assert (ticket.queue.name, ticket.state, ticket.title) == ("Orders", "open", "Order 4711, again 4711")
    assert ticket.priority == "4 high"
    assert ticket.dynamic_fields.get().value == "4711"


def test_ignore_drops_new_tickets_and_follow_ups() -> None:
    number = run(mail()).ticket
    use("500-Spam", "Match", Match={"X-Spam-Flag": "^yes$"}, Set={"X-OTOBO-Ignore": "yes"})
    for subject in ("Win", f"[Ticket#{number}] Win"):
        result = run(mail("Win", "X-Spam-Flag: YES", subject=subject))
        assert (result.outcome, result.reason) == (Outcome.IGNORED, "matched X-Spam-Flag")
    assert Article.objects.count() == 1


def test_a_follow_up_is_not_moved() -> None:
    number = run(mail()).ticket
    use("500-Orders", "Match", Match={"Subject": "."}, Set={"X-OTOBO-Queue": "Orders"})
    assert run(mail(subject=f"[Ticket#{number}]")).outcome is Outcome.FOLLOW_UP
    assert Ticket.objects.get().queue.name == "Support"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, "at least one condition"),
        ({"Match": {"Subject": "x"}}, "one header in Set"),
        ({"Match": {"Subject": "("}, "Set": {"X-OTOBO-Queue": "x"}}, "RE2's syntax"),
        ({"Match": {"Subject": "(?=x)"}, "Set": {"X-OTOBO-Queue": "x"}}, "RE2's syntax"),
        ({"Match": {"Sub ject": "x"}, "Set": {"X-OTOBO-Queue": "x"}}, "name of a header"),
        ({"Match": {"Subject": "x"}, "Set": {"X-OTOBO-CustomerUser": "x"}}, "X-OTOBO-Queue"),
        ({"Match": {"Subject": "x"}, "Set": {"X-OTOBO-Title": "{y}"}}, "capture"),
        ({"Match": [], "Set": {}}, "JSON object"),
        ({"Mach": {}}, "the keys are Module, Match, Set"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_set(config: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem):
        use("500-Wrong", "Match", **config)
