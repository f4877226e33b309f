"""What is done once a day: keys are replaced ahead of time, and what is over is forgotten."""

from __future__ import annotations

from django.db import transaction

from otalink.oidc import codes, keys
from otalink.oidc.models import Client
from otalink.oidc.proof import code as sign_in_code


@transaction.atomic
def run() -> dict[str, int]:
    """Called by the cron task; says how many rows went."""
    if Client.objects.exists():
        keys.ensure()
    return {"deleted": codes.purge() + sign_in_code.purge() + keys.purge()}
