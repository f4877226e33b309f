"""What `otalink check` says about the OpenID provider."""

from __future__ import annotations

from collections.abc import Iterator

from otalink.oidc.models import Client
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OPENID_ACTIVE


def problems() -> Iterator[str]:
    """A provider without clients, and clients that ask in vain.

    Raises:
        django.db.Error
    """
    is_active, clients = store.get(OPENID_ACTIVE), Client.objects.exists()
    if is_active and not clients:
        yield f"setting {OPENID_ACTIVE.name}: nobody is let in anywhere; add a client (`otalink oidc client add`)"
    if clients and not is_active:
        yield f"setting {OPENID_ACTIVE.name}: the provider is off, its clients ask in vain; switch it on or remove them"
