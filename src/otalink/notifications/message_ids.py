"""The message ids of what we send: random, so that whoever names one got that mail, or was forwarded it."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

from django.conf import settings

# Enough for any thread, and one short statement.
MOST = 100
_OWN = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}@[a-z0-9._:\[\]-]{1,200}", re.IGNORECASE)


def new() -> str:
    """A message id without angle brackets, with 122 random bits."""
    return f"{uuid.uuid4().hex}@{urlsplit(settings.OTALINK_BASE_URL).hostname}"


def own(text: str) -> list[str]:
    """What looks like one of ours in header values, however they were wrapped; at most the last hundred."""
    return [found.lower() for found in _OWN.findall("".join(text.split()))][-MOST:]
