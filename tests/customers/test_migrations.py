"""Upgrades of what is kept about customer users."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from otalink.customers import provisional
from otalink.customers.models import ProvisionalCustomerUser

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(name: str) -> Any:
    state: Any = MigrationExecutor(connection).migrate([("customers", name)])
    return state.apps


def test_whoever_was_confirmed_before_is_proven_and_nobody_is_lost() -> None:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("customers")[0][1]
    now = timezone.now()
    try:
        rows = migrate("0002_provisional_and_pending").get_model("customers", "ProvisionalCustomerUser").objects
        rows.create(login="seen", mailbox="seen", domain="x.example", created=now, confirmed=now)
        rows.create(login="new", mailbox="new", domain="x.example", created=now)
    finally:
        migrate(newest)
    assert (provisional.is_unproven("seen"), provisional.is_unproven("new")) == (False, True)
    assert ProvisionalCustomerUser.objects.count() == 2
