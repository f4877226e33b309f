"""Sign-in with a password, for the customer users who have one."""

from __future__ import annotations

from otalink.customers import directory
from otalink.customers.types import CustomerUser


def find_people(name: str) -> list[CustomerUser]:
    """The customer users who may come in and have that login or e-mail address."""
    by_login = directory.find_by_login(name)
    found = {user.login: user for user in [*([by_login] if by_login else []), *directory.find_by_email(name)]}
    return [user for user in found.values() if user.valid]


def check(name: str, password: str) -> CustomerUser | None:
    """The customer user of that name and password; takes equally long whoever is unknown or has no password.

    Raises:
        BackendUnavailable
    """
    user = next((person for person in find_people(name) if person.has_password), None)
    backend = directory.backends()[user.backend] if user else next(iter(directory.backends().values()))
    return user if backend.check_password(user.login if user else name, password) and user else None
