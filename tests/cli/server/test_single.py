"""The parts of the product as processes of their own."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.support.command import Otalink
from tests.support.product import wait_for

pytestmark = pytest.mark.processes


def test_a_signal_to_end_that_another_thread_takes_ends_it_too(tmp_path: Path) -> None:
    with Otalink(tmp_path).started("worker") as process:
        wait_for(
            "its greeting",
            lambda: "otalink works" in (tmp_path / "err").read_text() + (tmp_path / "out").read_text() or None,
        )
        others = {int(thread.name) for thread in Path(f"/proc/{process.pid}/task").iterdir()} - {process.pid}
        # The system prefers the thread that is named.
        os.kill(max(others), signal.SIGTERM)
        assert process.wait(20) == 0
