"""Which name servers our checks ask, as the boot configuration names them."""

from __future__ import annotations

import ipaddress
import re

# The two words beside addresses: those of the system, and none at all.
SYSTEM, NONE = "system", "none"
ACCEPTED = f"{SYSTEM}, {NONE}, or IPs such as 127.0.0.1, 127.0.0.1:5353 or [::1]:5353, separated by spaces"
_PORT = 53
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::(\d{1,5}))?|([0-9.]+):(\d{1,5})")


def parse(value: str) -> tuple[tuple[str, int], ...]:
    """The IPs and ports of a value; empty for the two words.

    Raises:
        ValueError: it names no server.
    """
    if value in {SYSTEM, NONE}:
        return ()
    if not value.split():
        raise ValueError("no name server")
    return tuple(_server(word) for word in value.split())


def _server(word: str) -> tuple[str, int]:
    found = _WITH_PORT.fullmatch(word)
    ip, port = (found[1] or found[3], int(found[2] or found[4] or _PORT)) if found else (word, _PORT)
    if not 0 < port < 65_536:
        raise ValueError(f"{word!r} has a port that is none")
    return str(ipaddress.ip_address(ip)), port
