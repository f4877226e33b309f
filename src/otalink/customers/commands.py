"""Handlers of `otalink customer ...`; they look at customer users over all backends."""

from __future__ import annotations

import getpass
import sys
from dataclasses import asdict
from typing import Any

from otalink.customers import admission, aliases, directory, merging, provisional
from otalink.customers.addresses import is_address, normal
from otalink.customers.types import BackendReadOnly, CustomerUser, CustomerUserUnknown
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
    user = directory.find_by_login(login)
    if user is None:
        raise CustomerUserUnknown(f"no customer user {login!r}")
    further = aliases.addresses_of(user.login)
    return {**_record(user), "addresses": further, "provisional": bool(provisional.provisional([user.login]))}


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
    provisional.forget([record["login"]])
    aliases.forget([record["login"]])
    return {"deleted": record["login"]}


def address_add(login: str, address: str) -> dict[str, Any]:
    """Give a customer user a further address: mail from it is theirs.

    Raises:
        CustomerUserUnknown
        InvalidValue: no address, or somebody has it already.
    """
    user = directory.find_by_login(login)
    if user is None:
        raise CustomerUserUnknown(f"no customer user {login!r}")
    aliases.add(user.login, unowned(address))
    return show(user.login)


def address_remove(login: str, address: str) -> dict[str, Any]:
    """Take a further address away.

    Raises:
        CustomerUserUnknown
        InvalidValue: it is none of theirs, or the one that mail to them goes to.
    """
    record = show(login)
    if not aliases.remove(record["login"], address):
        raise InvalidValue(f"{address!r} is no further address of {record['login']!r}")
    return show(record["login"])


def unowned(address: str) -> str:
    """The address in normal form if nobody has it.

    Raises:
        InvalidValue: no address, or whose it is.
    """
    if not is_address(address):
        raise InvalidValue(f"{address!r} is no e-mail address")
    if owner := next(iter(directory.find_by_email(address)), None):
        raise InvalidValue(
            f"{address!r} is an address of {owner.login!r}; `otalink customer merge` makes two people one"
        )
    return normal(address)


def merge(login: str, into: str) -> dict[str, Any]:
    """Make one person of two: everything of the first becomes the second's.

    Raises:
        CustomerUserUnknown, BackendReadOnly
        InvalidValue: both are the same, or the second is disabled.
    """
    return asdict(merging.merge(login, into, by="command"))


def admit(ticket: str) -> dict[str, str]:
    """Make the sender who waits on a ticket a customer user; the answer follows by itself.

    Raises:
        CustomerUserUnknown: nobody waits there.
        BackendReadOnly, BackendUnavailable
    """
    return {"ticket": ticket, "customer_user": admission.admit(ticket).login}


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
    password = read_password(login)
    if 0 < len(password) < SHORTEST_PASSWORD:
        raise InvalidValue(f"a password has at least {SHORTEST_PASSWORD} characters; nothing was changed")
    change(login, password)
    return show(login)


def read_password(login: str) -> str:
    """The password that is typed, or piped in."""
    if sys.stdin.isatty():
        return getpass.getpass(f"Password for {login}: ")
    return sys.stdin.readline().rstrip("\r\n")


def _record(user: CustomerUser) -> dict[str, Any]:
    return asdict(user)
