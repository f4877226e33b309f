"""Everything is killed at random during some tickets; `python -m tests.otobo.chaos` does it with 1,000."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.otobo.chaos.site import site
from tests.otobo.chaos.storm import run
from tests.otobo.fake.servers import Servers

pytestmark = pytest.mark.processes
TICKETS = 60
# Each part some times; whatever more come costs two seconds each until all runs again.
MOST_KILLS = 9


def test_each_customer_gets_in_and_each_reply_is_in_otobo_once(
    otobo_servers: Servers, otobo_kind: str, tmp_path: Path
) -> None:
    with site(otobo_servers, otobo_kind, tmp_path, "tests.otobo.chaos.impatient") as made:
        storm = run(made, TICKETS, between=(0.5, 4.0), patience=120.0, most=MOST_KILLS)
    assert storm.faults == []
    assert sum(storm.kills.values()) > 2
