"""Handlers of `otalink customer ...`; they look at customer users over all backends."""

from __future__ import annotations

import getpass
import sys
from dataclasses import asdict
from typing import Any

from otalink.customers import directory
from otalink.customers.types import BackendReadOnly, CustomerUser
from otalink.sysconfig.setting import InvalidValue

SHORTEST_PASSWORD = 8


def list_all() -> list[dict[str, Any]]:
    """All customer users, backend by backend."""
    return [_record(user) for user in directory.everybody()]


def show(login: str) -> dict[str, Any]:
    """One customer user.

    Raises:
        CustomerUserUnknown
    """
    backend = directory.backend_of(login)
    user = backend.find_by_login(login)
    return _record(user) if user else {}


def enable(login: str) -> dict[str, Any]:
    """Let them in again.

    Raises:
        CustomerUserUnknown, BackendReadOnly
    """
    directory.backend_of(login).set_valid(login, valid=True)
    return show(login)


def disable(login: str) -> dict[str, Any]:
    """Let them in no more; their links stop at once.

    Raises:
        CustomerUserUnknown, BackendReadOnly
    """
    directory.backend_of(login).set_valid(login, valid=False)
    return show(login)


def delete(login: str) -> dict[str, Any]:
    """Forget a customer user; their tickets stay.

    Raises:
        CustomerUserUnknown, BackendReadOnly
    """
    record = show(login)
    directory.backend_of(login).delete(login)
    return {"deleted": record["login"]}


def set_password(login: str) -> dict[str, Any]:
    """Read a password from standard input and set it; an empty one takes the password away.

    Raises:
        CustomerUserUnknown
        BackendReadOnly: the backend keeps no passwords of ours.
        InvalidValue: too short.
    """
    backend = directory.backend_of(login)
    change = getattr(backend, "set_password", None)
    if change is None:
        raise BackendReadOnly(f"the backend {backend.name!r} takes no password from here")
    password = _read_password(login)
    if 0 < len(password) < SHORTEST_PASSWORD:
        raise InvalidValue(f"a password has at least {SHORTEST_PASSWORD} characters; nothing was changed")
    change(login, password)
    return show(login)


def _read_password(login: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Password for {login}: ")
    return sys.stdin.readline().rstrip("\r\n")


def _record(user: CustomerUser) -> dict[str, Any]:
    return asdict(user)
