"""Whether we check senders ourselves, and why not: what the settings and the boot configuration say of it."""

from __future__ import annotations

from django.conf import settings

from otalink.postmaster.authentication import name_servers
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OWN_CHECKS, TRUSTED_SERVERS
from otalink.sysconfig.declarations.senders import AUTO, OFF


def why_not() -> str:
    """Why our own checks are not made, in half a sentence; empty where they are.

    Raises:
        OperationalError: the settings could not be read.
    """
    chosen = store.get(OWN_CHECKS)
    if chosen == OFF:
        return f"{OWN_CHECKS.name} is 0"
    if chosen == AUTO and (servers := store.get(TRUSTED_SERVERS)):
        return f"{TRUSTED_SERVERS.name} names who checks ({servers})"
    return "OTALINK_RESOLVER is none" if settings.OTALINK_RESOLVER == name_servers.NONE else ""


def by_itself() -> bool:
    """Whether they are made because nobody said otherwise, and so only where a name server answers."""
    return store.get(OWN_CHECKS) == AUTO


def nobody_asked() -> bool:
    """Whether no operator named a server that checks, or asked us to: all that is checked, we check by ourselves."""
    return by_itself() and not store.get(TRUSTED_SERVERS)
