"""Whether an address is free to listen at."""

from __future__ import annotations

import socket
from contextlib import ExitStack

from otalink.cli.parameters import Address


class AddressInUse(OSError):
    """We cannot listen there; the text says why."""


def require_free(*addresses: Address) -> None:
    """Check that nobody listens at these addresses, and that they are not one and the same.

    The servers themselves share a port without complaint, so that a second start would go unnoticed.

    Raises:
        AddressInUse
    """
    with ExitStack() as held:
        for address in addresses:
            family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
            probe = held.enter_context(socket.socket(family))
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, address.port))
                probe.listen(1)
            except OSError as error:
                raise AddressInUse(f"cannot listen at {address}: {error.strerror or error}") from None


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
