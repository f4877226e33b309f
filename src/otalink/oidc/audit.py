"""The trail of what clients and customers did; never a secret, a code or a token."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from otalink.limits.client_ip import client_ip
from otalink.oidc.models import OpenIDEntry, OpenIDEvent


def record(
    event: OpenIDEvent,
    request: HttpRequest | None = None,
    *,
    client_id: str = "",
    customer_login: str = "",
    note: str = "",
) -> None:
    """Write one entry; `request` says from where it came, where a request did it."""
    OpenIDEntry.objects.create(
        event=event,
        client_id=client_id,
        customer_login=customer_login,
        client_ip=client_ip(request) if request else "",
        note=note[:200],
        created=timezone.now(),
    )
