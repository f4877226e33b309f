"""Agents' passwords cannot be guessed by trying: the customers' limits hold for `/desk/` and `/admin/` too."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from otalink.limits import rate_limits
from otalink.limits.client_ip import client_ip


class LimitedModelBackend(ModelBackend):
    """Django's accounts, with a limit on wrong passwords per account and per client."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The agent of that name and password; nobody, while there were too many wrong ones."""
        keys = {rate_limits.PASSWORD_PER_LOGIN: f"agent/{username}"}
        if request is not None:
            keys[rate_limits.PASSWORD_PER_CLIENT] = f"agent/{client_ip(request)}"
        if any(rate_limits.is_reached(limit, key) for limit, key in keys.items()):
            return None
        user = super().authenticate(request, username, password, **kwargs)
        if user is None and username and password:
            for limit, key in keys.items():
                rate_limits.count(limit, key)
        return user
