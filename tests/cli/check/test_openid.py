"""`otalink check` on the OpenID provider."""

from __future__ import annotations

import pytest

from otalink.cli.check.openid import problems
from otalink.oidc import clients
from otalink.sysconfig import store
from otalink.sysconfig.declarations import OPENID_ACTIVE

pytestmark = pytest.mark.django_db


def add_client() -> None:
    clients.add(clients.NewClient("otobo", redirect_uris=("https://desk.example/otobo/customer.pl?Action=Login",)))


def test_where_nobody_uses_it_there_is_nothing_to_say() -> None:
    assert list(problems()) == []


def test_a_provider_without_clients_is_told() -> None:
    store.set_value(OPENID_ACTIVE.name, True)
    (told,) = problems()
    assert "otalink oidc client add" in told
    add_client()
    assert list(problems()) == []


def test_clients_of_a_provider_that_is_off_are_told() -> None:
    add_client()
    (told,) = problems()
    assert told.startswith(f"setting {OPENID_ACTIVE.name}: the provider is off")
