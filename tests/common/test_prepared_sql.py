"""The quick statements do what the query builder's do, on every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.customers.models import CustomerUserRecord, ProvisionalCustomerUser
from otalink.limits.models import LimitCounter
from otalink.minidesk.models import Article, ArticleOriginal
from otalink.portal.models import CustomerSession
from tests.support import make

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _arrival(login: str, created: datetime = NOON) -> ProvisionalCustomerUser:
    return ProvisionalCustomerUser(login=login, mailbox=login, domain="customer.example", created=created)


def test_a_row_that_was_inserted_has_its_key_and_reads_back_the_same() -> None:
    row = prepared_sql.insert(_arrival("ann@customer.example"))
    assert not row._state.adding
    kept = ProvisionalCustomerUser.objects.get(pk=row.pk)
    assert (kept.login, kept.created, kept.confirmed) == ("ann@customer.example", NOON, None)
    kept.confirmed = NOON
    kept.save()
    assert ProvisionalCustomerUser.objects.count() == 1


def test_times_that_set_themselves_are_set() -> None:
    before = timezone.now()
    row = prepared_sql.insert(CustomerUserRecord(backend="A", login="ann", email="a@b.example", customer_id="a"))
    kept = CustomerUserRecord.objects.get(pk=row.pk)
    assert before <= kept.created <= timezone.now()
    assert kept.valid is True


def test_bytes_that_are_no_text_are_kept() -> None:
    make.ticket()
    article = Article.objects.latest("pk")
    ArticleOriginal.objects.filter(article=article).delete()
    every_byte = bytes(range(256))
    prepared_sql.insert(ArticleOriginal(article=article, packed=every_byte, size=256))
    assert bytes(ArticleOriginal.objects.get(article=article).packed) == every_byte


def test_a_row_with_a_key_of_its_own_and_json_is_kept() -> None:
    session = CustomerSession(digest="d" * 64, customer_login="ann", tickets=["ä", "2"], created=NOON, expires=NOON)
    prepared_sql.insert(session)
    assert CustomerSession.objects.get(pk="d" * 64).tickets == ["ä", "2"]


def test_a_row_is_stored_unless_its_key_is_taken() -> None:
    first, second = (LimitCounter(key="k" * 64, window=NOON, count=n) for n in (1, 2))
    assert prepared_sql.insert_if_absent(first)
    assert not prepared_sql.insert_if_absent(second)
    assert LimitCounter.objects.get().count == 1


def test_a_row_that_breaks_a_constraint_says_so() -> None:
    prepared_sql.insert(_arrival("ann"))
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared_sql.insert(_arrival("ann"))


def test_rows_finds_what_has_all_the_values() -> None:
    for backend, login in [("A", "ann"), ("A", "ben"), ("B", "ann")]:
        CustomerUserRecord.objects.create(backend=backend, login=login, email=f"{login}@b.example", customer_id=login)
    [found] = prepared_sql.rows(CustomerUserRecord, backend="B", login="ann")
    assert (found.backend, found.login, found.valid) == ("B", "ann", True)
    assert found.created.tzinfo is not None
    assert len(prepared_sql.rows(CustomerUserRecord, login="ann")) == 2
    assert prepared_sql.rows(CustomerUserRecord, login="' OR 1=1 --") == []


def test_times_compare_in_plain_statements() -> None:
    prepared_sql.insert(_arrival("ann", NOON))
    since = "SELECT login FROM customers_provisionalcustomeruser WHERE created > %s"
    assert list(prepared_sql.fetch(since, NOON - timedelta(microseconds=1))) == [("ann",)]
    assert list(prepared_sql.fetch(since, NOON)) == []
    assert (
        prepared_sql.execute(
            "UPDATE customers_provisionalcustomeruser SET confirmed = %s WHERE login = %s", NOON, "ann"
        )
        == 1
    )
    assert (
        prepared_sql.execute(
            "UPDATE customers_provisionalcustomeruser SET confirmed = %s WHERE login = %s", NOON, "ben"
        )
        == 0
    )
    assert ProvisionalCustomerUser.objects.get().confirmed == NOON


def test_what_is_only_read_has_the_values_of_the_rows_themselves() -> None:
    ticket = make.ticket()
    row = Article.objects.get(ticket__number=ticket.number)
    sql = f"SELECT {prepared_sql.columns(Article, 'a')} FROM minidesk_article a WHERE a.id = %s"
    (read,) = prepared_sql.read(Article, sql, row.pk)
    assert read._asdict() == {name: getattr(row, name) for name in read._fields}
    (selected,) = prepared_sql.select(Article, sql, row.pk)
    assert selected == row
    selected.subject = "another"
    selected.save()
    assert Article.objects.get(pk=row.pk).subject == "another"


def test_json_and_times_of_a_row_are_read_as_they_are() -> None:
    session = CustomerSession(digest="e" * 64, customer_login="ann", tickets=["ä"], created=NOON, expires=NOON)
    prepared_sql.insert(session)
    (kept,) = prepared_sql.rows(CustomerSession, digest="e" * 64)
    assert (kept.tickets, kept.tokens, kept.all_tickets, kept.expires) == (["ä"], [], False, NOON)
