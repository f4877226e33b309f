"""The IP a request comes from, for the rate limits and the audit trail."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The client's IP, or an empty text where there is none (a socket file).

    A proxy on the same machine is believed about whom it speaks for: it appends the IP it saw as the last one.
    Nobody else is, or everybody could choose an IP per request and never reach a limit.
    """
    direct = _parsed(request.META.get("REMOTE_ADDR", ""))
    if direct is not None and not direct.is_loopback:
        return str(direct)
    forwarded = _parsed(request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2])
    return str(forwarded or direct or "")


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
