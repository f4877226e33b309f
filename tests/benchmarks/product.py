"""The whole product, as `otalink run` starts it, on the data folder of the benchmark."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.servers import end, free_port, wait_for_port


@contextmanager
def running() -> Iterator[subprocess.Popen[bytes]]:
    """It takes requests and mail."""
    web, lmtp = free_port(), free_port()
    command = [sys.executable, "-m", "otalink", "run", "--bind", f"127.0.0.1:{web}", "--lmtp", f"127.0.0.1:{lmtp}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(web, server)
        wait_for_port(lmtp, server)
        yield server
    finally:
        end(server)
