"""Agents' passwords cannot be guessed by trying."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from otalink.limits import rate_limits

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.mark.parametrize("page", ["/desk/sign-in", "/admin/login/"])
def test_agents_passwords_cannot_be_guessed_either(client: Client, db: None, page: str) -> None:
    User.objects.create_superuser("agent", password=PASSWORD)
    for n in range(rate_limits.PASSWORD_PER_LOGIN.count):
        client.post(page, {"username": "agent", "password": f"guess {n}"})
    client.post(page, {"username": "agent", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
