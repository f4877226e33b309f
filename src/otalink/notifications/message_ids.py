"""The message ids of what we send: random, so that whoever names one got that mail, or was forwarded it."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

from django.conf import settings

# Enough for any thread, and one short statement.
MOST = 100
_OWN = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}@[a-z0-9._:\[\]-]{1,200}", re.IGNORECASE)
_PASSED_ON = re.compile(r"\(otalink relay\)\s{1,5}id\s{1,5}([0-9a-f]{32}@[a-z0-9._:\[\]-]{1,200})", re.IGNORECASE)


def new() -> str:
    """A message id without angle brackets, with 122 random bits."""
    return f"{uuid.uuid4().hex}@{urlsplit(settings.OTALINK_BASE_URL).hostname}"


def passed_on(text: str) -> list[str]:
    """The ids by which mail that we passed on names its copies, in headers that somebody sends back."""
    return [found.lower() for found in _PASSED_ON.findall(text)][-MOST:]


def own(text: str) -> list[str]:
    """What looks like one of ours in header values, however they were wrapped; at most the last hundred."""
    return [found.lower() for found in _OWN.findall("".join(text.split()))][-MOST:]
