"""Where a server listens, and whether it can."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass


@dataclass(frozen=True)
class ListenOn:
    """Where a server listens; port 0 takes any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class CannotListen(OSError):
    """We cannot listen there; the text says why."""


def require_free(*places: ListenOn) -> None:
    """Check that nobody listens there, and that they are not one and the same.

    The servers themselves share a port without complaint, so that a second start would go unnoticed.

    Raises:
        CannotListen
    """
    with ExitStack() as held:
        for place in places:
            family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
            probe = held.enter_context(socket.socket(family))
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((place.host, place.port))
                probe.listen(1)
            except OSError as error:
                raise CannotListen(f"cannot listen at {place}: {error.strerror or error}") from None


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
