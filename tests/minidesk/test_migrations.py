"""Upgrades: what lies on tickets stays as the customer saw it, or did not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from otalink.minidesk.desk import MiniDesk

pytestmark = pytest.mark.django_db(transaction=True)


def newest() -> str:
    return str(MigrationExecutor(connection).loader.graph.leaf_nodes("minidesk")[0][1])


def migrate(name: str) -> Any:
    state: Any = MigrationExecutor(connection).migrate([("minidesk", name)])
    return state.apps


@pytest.fixture
def before() -> Iterator[Any]:
    """The models of the version that knew no standing."""
    try:
        yield migrate("0004_history_notify")
    finally:
        migrate(newest())


def test_old_articles_stay_visible_or_hidden_and_none_waits_to_be_shown(before: Any) -> None:
    now, queue = timezone.now(), before.get_model("minidesk", "Queue").objects.get()
    values = {"number": "2026112310000017", "title": "Printer", "customer_login": "ann", "created": now, "changed": now}
    ticket = before.get_model("minidesk", "Ticket").objects.create(queue_id=queue.pk, **values)
    articles = before.get_model("minidesk", "Article").objects
    for visible in (True, False):
        articles.create(ticket=ticket, sender_type="customer", visible_for_customer=visible, created=now)
    migrate(newest())
    found = MiniDesk().all_articles(ticket.number)
    assert [(article.visible_for_customer, article.standing.is_own) for article in found] == [
        (True, True),
        (False, True),
    ]
    assert not MiniDesk().show_follow_up(ticket.number, found[1].id)
