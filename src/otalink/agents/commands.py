"""Handlers of `otalink agent ...`: the way back in when the password of the last administrator is lost."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from otalink.customers.commands import SHORTEST_PASSWORD, read_password
from otalink.sysconfig.setting import InvalidValue


class AgentUnknown(LookupError):
    """There is no agent of that name."""


def list_all() -> list[dict[str, Any]]:
    """All agents, by name."""
    return [_record(user) for user in User.objects.order_by("username")]


def add(name: str, admin: bool) -> dict[str, Any]:
    """A new agent, whose password is read from standard input; `admin` lets them do everything.

    Raises:
        InvalidValue: the name is taken or no name, or the password is too short.
    """
    user = User(username=name, is_staff=True, is_superuser=admin)
    try:
        user.clean_fields(exclude=["password"])
        user.validate_unique()
    except ValidationError as error:
        raise InvalidValue(f"{name!r}: {' '.join(error.messages)}") from None
    return _with_password(user)


def set_password(name: str) -> dict[str, Any]:
    """Another password, read from standard input; whoever is signed in with the old one is signed out.

    Raises:
        AgentUnknown
        InvalidValue: it is too short.
    """
    user = User.objects.filter(username=name).first()
    if user is None:
        raise AgentUnknown(f"no agent {name!r}; `otalink agent list` names them all")
    return _with_password(user)


def _with_password(user: User) -> dict[str, Any]:
    password = read_password(user.username)
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidValue(f"a password has at least {SHORTEST_PASSWORD} characters; nothing was changed")
    user.set_password(password)
    user.save()
    return _record(user)


def _record(user: User) -> dict[str, Any]:
    return {
        "name": user.username,
        "full_name": user.get_full_name(),
        "administrator": user.is_superuser,
        "may_sign_in": user.is_active and user.is_staff,
        "last_sign_in": user.last_login,
    }
