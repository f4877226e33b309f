"""The LMTP server of the tests of listening."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otalink.postmaster.sources.listener import Listener
from otalink.postmaster.sources.lmtp import serve


@pytest.fixture
def server() -> Iterator[Listener]:
    """An LMTP server on a free port."""
    running = serve("127.0.0.1", 0)
    yield running
    running.stop()
