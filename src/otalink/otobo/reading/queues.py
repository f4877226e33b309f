"""The addresses under which OTOBO's queues get mail."""

from __future__ import annotations

import time

from otalink.customers.addresses import normal
from otalink.desk.reply_address import plain
from otalink.otobo.connection import fetch

# Seconds; a new address is asked for again after so long.
_KEPT = 30.0
_cache: dict[str, tuple[float, frozenset[str]]] = {}


def addresses() -> frozenset[str]:
    """The normal forms of all valid addresses of the system.

    Raises:
        DeskUnavailable
    """
    kept = _cache.get("addresses")
    if kept is None or time.monotonic() - kept[0] > _KEPT:
        rows = fetch("SELECT value0 FROM system_address WHERE valid_id = 1")
        kept = _cache["addresses"] = (
            time.monotonic(),
            frozenset(normal(str(address)) for (address,) in rows if address),
        )
    return kept[1]


def accepts(address: str) -> bool:
    """Whether mail to that address comes to a queue.

    Raises:
        DeskUnavailable
    """
    return bool(address) and plain(normal(address)) in addresses()


def forget_cache() -> None:
    """Ask anew at the next look."""
    _cache.clear()
