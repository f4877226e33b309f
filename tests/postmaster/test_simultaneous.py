"""Several intakes at once, each with a database connection of its own."""

from __future__ import annotations

import pytest

from otalink.customers.models import CustomerUserRecord
from otalink.minidesk.models import Article, Ticket
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.builders import mail
from tests.support.together import together

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


@pytest.mark.parametrize("message_id", ["same@customer.example", ""])
def test_the_same_mail_several_times_at_once_gives_one_article(message_id: str) -> None:
    for attempt in range(5):
        raw = mail(f"attempt {attempt}", subject=f"attempt {attempt}", message_id=message_id)
        results = together(THREADS, lambda _, raw=raw: run(raw))  # type: ignore[misc]
        outcomes = sorted(result.outcome for result in results)
        assert outcomes == [Outcome.DUPLICATE] * (THREADS - 1) + [Outcome.NEW_TICKET]
        assert len({result.ticket for result in results}) == 1
    assert (Article.objects.count(), Ticket.objects.count()) == (5, 5)


def test_several_first_mails_of_one_person_at_once_make_one_customer_user() -> None:
    results = together(THREADS, lambda number: run(mail(subject=f"mail {number}")))
    assert {result.outcome for result in results} == {Outcome.NEW_TICKET}
    assert CustomerUserRecord.objects.count() == 1
    assert len({result.ticket for result in results}) == THREADS
    assert set(Ticket.objects.values_list("customer_login", flat=True)) == {"ann@customer.example"}
