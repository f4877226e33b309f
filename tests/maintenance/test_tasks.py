"""What cron tasks delete."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otalink.limits import rate_limits
from otalink.limits.models import LimitCounter
from otalink.maintenance.commands import run_task
from otalink.tokens.issue import issue
from otalink.tokens.models import Token
from tests.maintenance.cron import NAME, expired_token
from tests.support import make
from tests.support.make import ANN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder", "only_that_task")]


def test_the_command_deletes_expired_tokens_and_says_how_many() -> None:
    make.customer()
    expired_token()
    expired_token()
    issue(make.ticket().number, ANN)
    assert run_task(NAME) == {"deleted": 2}
    assert run_task(NAME) == {"deleted": 0}
    assert Token.objects.count() == 1


def test_the_command_forgets_rate_limits_that_are_over() -> None:
    rate_limits.count(rate_limits.REFRESH_PER_CUSTOMER, ANN)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        run_task(NAME)
    assert not LimitCounter.objects.exists()
