"""Whose IP a request comes from."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from otalink.limits.client_ip import client_ip


@pytest.mark.parametrize(
    ("remote", "forwarded", "ip"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1, 198.51.100.2", "198.51.100.2"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("", "", ""),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed_about_the_client_s_ip(remote: str, forwarded: str, ip: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == ip
