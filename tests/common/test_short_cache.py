"""A value is read once in a while, and at once after a change of our own."""

from __future__ import annotations

import pytest
from django.db import connection

from otalink.common import short_cache
from otalink.common.short_cache import ShortCache
from otalink.sysconfig.models import StoredValue

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    return sorted(StoredValue.objects.values_list("name", flat=True))


def elsewhere(name: str) -> None:
    """What another process would do: a row that comes without a signal here."""
    StoredValue.objects.bulk_create([StoredValue(name=name, value=1)])


def test_it_reads_again_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ShortCache(names, StoredValue)
    before = cache.get()
    elsewhere("a")
    assert cache.get() is before
    monkeypatch.setattr(short_cache, "CACHE_SECONDS", 0.0)
    assert cache.get() == [*before, "a"]


def test_a_change_of_this_process_is_seen_at_once() -> None:
    cache = ShortCache(names, StoredValue)
    assert "b" not in cache.get()
    row = StoredValue.objects.create(name="b", value=1)
    assert "b" in cache.get()
    row.delete()
    assert "b" not in cache.get()


def test_it_forgets_when_told() -> None:
    cache = ShortCache(names, StoredValue)
    cache.get()
    elsewhere("c")
    cache.forget()
    assert "c" in cache.get()
    with connection.execute_wrapper(lambda *_: pytest.fail("the database was asked")):
        cache.get()
