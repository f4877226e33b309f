"""OTOBO's times in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from otalink.otobo.desk import OtoboDesk
from otalink.otobo.reading.times import aware
from tests.otobo.fake import mails
from tests.otobo.fake.core import Otobo
from tests.otobo.fake.rest import Rest


def test_a_time_is_taken_for_one_of_the_zone_that_otobo_has(settings: Settings) -> None:
    settings.OTALINK_OTOBO_TIME_ZONE = ZoneInfo("Europe/Berlin")
    assert aware(datetime(2026, 7, 1, 12)) == datetime(2026, 7, 1, 10, tzinfo=UTC)  # noqa: DTZ001 - naive, as there
    assert aware(datetime(2026, 12, 1, 12)) == datetime(2026, 12, 1, 11, tzinfo=UTC)  # noqa: DTZ001


@pytest.mark.django_db
def test_an_otobo_in_another_zone_tells_the_same_moments(otobo: Otobo, beside: Rest, settings: Settings) -> None:
    moment = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)
    otobo.zone = settings.OTALINK_OTOBO_TIME_ZONE = ZoneInfo("America/St_Johns")
    otobo.clock = lambda: moment
    found = OtoboDesk().find_ticket(mails.new_ticket(otobo).number)
    assert found
    assert (found.created, found.changed) == (moment, moment)
