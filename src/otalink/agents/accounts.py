"""Agents' accounts: the first one, made where there is none yet."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import User


def ensure_admin() -> str:
    """Make the first agent, `admin`, where there is no agent yet; returns the password, or "" if nobody was made.

    Two processes must not do so at once: both would find nobody.
    """
    if User.objects.exists():
        return ""
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser("admin", password=password)
    return password
