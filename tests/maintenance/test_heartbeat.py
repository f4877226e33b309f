"""Workers say that they live."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otalink.maintenance import heartbeat
from otalink.maintenance.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db


def test_heartbeats_of_the_dead_are_thrown_out() -> None:
    heartbeat.beat("dead")
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        heartbeat.beat("me")
        assert heartbeat.alive() == {"me"}
    heartbeat.end("me")
    assert not WorkerHeartbeat.objects.exists()
