"""What `otalink check` says about each customer user backend."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error

from otalink.cli.failures import one_line
from otalink.customers import directory
from otalink.customers.backends.ldap.config import LdapConfig
from otalink.customers.types import BackendUnavailable, CustomerUserBackend

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def problems() -> Iterator[str]:
    """Backends that do not answer, and directories asked in the clear."""
    for name, backend in directory.backends().items():
        yield from _availability(name, backend)
        config = settings.OTALINK_CUSTOMER_BACKEND_OPTIONS.get(name)
        if isinstance(config, LdapConfig):
            yield from _encryption(name, config)


def _availability(name: str, backend: CustomerUserBackend) -> Iterator[str]:
    try:
        backend.find_by_login("otalink-check")
    except (BackendUnavailable, Error) as error:
        yield f"customer user backend {name}: {one_line(error)}"


def _encryption(name: str, config: LdapConfig) -> Iterator[str]:
    for url in map(urlsplit, config.urls):
        if url.scheme == "ldap" and not config.starttls and url.hostname not in LOOPBACK:
            yield f"customer user backend {name}: passwords cross the network readable; use ldaps:// or starttls = true"
