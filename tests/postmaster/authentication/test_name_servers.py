"""How the boot configuration names name servers."""

from __future__ import annotations

import pytest

from otalink.postmaster.authentication.name_servers import parse


@pytest.mark.parametrize(
    ("value", "servers"),
    [
        ("system", ()),
        ("none", ()),
        ("127.0.0.1", (("127.0.0.1", 53),)),
        ("127.0.0.1:5353 ::1 [::1] [::1]:54", (("127.0.0.1", 5353), ("::1", 53), ("::1", 53), ("::1", 54))),
    ],
)
def test_servers_are_named_by_ip_with_or_without_a_port(value: str, servers: tuple[tuple[str, int], ...]) -> None:
    assert parse(value) == servers


@pytest.mark.parametrize("value", ["", "dns.example", "127.0.0.1:0", "127.0.0.1:65536", "[::1", "127.0.0.1,127.0.0.2"])
def test_anything_else_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(value)
