"""The directory: looks a customer user up through the named backends, in their configured order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from otalink.customers import aliases
from otalink.customers.addresses import normal, spellings
from otalink.customers.types import CustomerUser, CustomerUserBackend, CustomerUserUnknown


@cache
def backends() -> Mapping[str, CustomerUserBackend]:
    """The backends by name, in the order they are asked."""
    configured: Mapping[str, str] = settings.OTALINK_CUSTOMER_BACKENDS
    return {name: import_string(dotted)(name) for name, dotted in configured.items()}


def find_by_email(email: str) -> list[CustomerUser]:
    """Everybody with exactly that address, in whatever form it is written, over all backends, invalid ones included.

    Raises:
        BackendUnavailable: a backend could not be asked.
    """
    forms = spellings(email)
    asked = (backend.find_by_email(form) for backend in backends().values() for form in forms)
    wanted = dict.fromkeys(map(normal, forms))
    # Some databases take "é" for "e"; who reads mail at the one must not pass for the other.
    own = [user for found in asked for user in found if normal(user.email) in wanted]
    logins = (login for form in wanted for login in aliases.logins_of(form))
    further = [user for login in logins if (user := find_by_login(login))]
    # A backend that knows both spellings of an international domain names somebody twice.
    return list(dict.fromkeys([*own, *further]))


def find_by_login(login: str) -> CustomerUser | None:
    """The customer user of that login in the first backend that has it, else whom they were merged into.

    Raises:
        BackendUnavailable: a backend could not be asked.
    """
    if user := next((user for backend in backends().values() if (user := backend.find_by_login(login))), None):
        return user
    into = aliases.merged_into(login) if login else ""
    return find_by_login(into) if into else None


def find_valid(login: str) -> CustomerUser | None:
    """The customer user of that login if they may come in."""
    user = find_by_login(login)
    return user if user and user.valid else None


def backend_of(login: str) -> CustomerUserBackend:
    """The backend that keeps that customer user.

    Raises:
        CustomerUserUnknown: none does.
    """
    if user := find_by_login(login):
        return backends()[user.backend]
    raise CustomerUserUnknown(f"no customer user {login!r}")


def add(user: CustomerUser, backend: str) -> CustomerUser:
    """Keep a new customer user in the backend of that name.

    Raises:
        LookupError: no backend of that name.
        BackendReadOnly, CustomerUserExists, BackendUnavailable
    """
    if backend not in backends():
        raise LookupError(f"no customer user backend {backend!r}")
    return backends()[backend].add(user)


def everybody() -> Iterator[CustomerUser]:
    """All customer users, backend by backend, a page at a time."""
    for backend in backends().values():
        after = ""
        while page := backend.list(after):
            yield from page
            after = page[-1].login
