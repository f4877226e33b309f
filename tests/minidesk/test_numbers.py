"""Ticket numbers: new every day, never twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from otalink.minidesk import changes
from tests.contracts.mail_desk import ROUTING
from tests.support import make
from tests.support.make import draft
from tests.support.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def test_ticket_numbers_start_again_every_day() -> None:
    with time_machine.travel(datetime(2026, 1, 31, 23, 59, tzinfo=UTC), tick=False):
        assert [make.ticket().number for _ in range(2)] == ["202601311000001", "202601311000002"]
    with time_machine.travel(datetime(2026, 2, 1, tzinfo=UTC), tick=False):
        assert make.ticket().number == "202602011000001"


def test_a_ticket_that_is_late_at_midnight_is_numbered_with_the_new_day() -> None:
    numbers = []
    for moment in ("2026-01-31T23:59:59Z", "2026-02-01T00:00:01Z", "2026-01-31T23:59:59Z"):
        with time_machine.travel(moment):
            numbers.append(make.ticket().number)
    assert numbers == ["202601311000001", "202602011000001", "202602011000002"]


@pytest.mark.django_db(transaction=True)
def test_ticket_numbers_do_not_repeat_under_concurrency() -> None:
    def file_some(_: int) -> list[str]:
        found = []
        for _number in range(10):
            with transaction.atomic():
                found.append(changes.create_ticket(draft(), ROUTING).number)
        return found

    numbers = [number for some in together(4, file_some) for number in some]
    assert len(numbers) == len(set(numbers)) == 40
