"""Merging two customer users who are one person: everything of the one becomes the other's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.utils import timezone

from otalink.customers import aliases, directory, provisional
from otalink.customers.addresses import is_address, normal
from otalink.customers.models import MergedLogin
from otalink.customers.types import CustomerUser, CustomerUserUnknown
from otalink.sysconfig.setting import InvalidValue

# Moves what a package keeps of the first person to the second, and returns how much that was.
Follower = Callable[[CustomerUser, CustomerUser], int]

_followers: list[tuple[str, Follower]] = []
_log = structlog.get_logger("otalink.customers")


@dataclass(frozen=True)
class Merge:
    """A merge that was done; `moved` says by name how many records changed hands."""

    login: str
    into: str
    moved: dict[str, int]


def follower(name: str) -> Callable[[Follower], Follower]:
    """Register what moves records of that name when two customer users are merged; each desk has its own "tickets"."""

    def register(function: Follower) -> Follower:
        _followers.append((name, function))
        return function

    return register


@transaction.atomic
def merge(login: str, into: str, by: str = "") -> Merge:
    """Make everything of `login` that of `into`, whose name and settings stay; the old login leads there from now on.

    `by` says who decided it, for the record.

    Raises:
        CustomerUserUnknown: one of them is not there.
        InvalidValue: both are the same, or `into` is disabled.
        BackendReadOnly: `login` is kept where nothing can be deleted; nothing was changed.
        BackendUnavailable
    """
    old, new = _find(login), _find(into)
    if old.login == new.login:
        raise InvalidValue(f"{login!r} and {into!r} are the same customer user")
    if not new.valid:
        raise InvalidValue(f"{new.login!r} is disabled")
    directory.backends()[old.backend].delete(old.login)
    moved = Counter[str]()
    for name, move in _followers:
        moved[name] += move(old, new)
    aliases.move(old.login, new.login)
    for address in {old.email, old.login} - {new.email}:
        if is_address(address):
            aliases.add(new.login, normal(address))
    provisional.forget([old.login])
    provisional.confirm([new.login])
    record = {"into": new.login, "moved": dict(moved), "by": by, "created": timezone.now()}
    MergedLogin.objects.update_or_create(login=old.login, defaults=record)
    _log.info("customer users merged", login=old.login, into=new.login, moved=dict(moved), by=by)
    return Merge(old.login, new.login, dict(moved))


def _find(login: str) -> CustomerUser:
    user = directory.find_by_login(login)
    if user is None:
        raise CustomerUserUnknown(f"no customer user {login!r}")
    return user
