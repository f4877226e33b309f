"""Deleting tokens whose tickets let nobody in any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from otalink.minidesk.models import Ticket as TicketRecord
from otalink.sysconfig import store
from otalink.tokens import issue
from otalink.tokens.models import AuditEntry, Token
from otalink.tokens.purge import purge
from tests.support import make
from tests.support.make import ANN

pytestmark = pytest.mark.django_db


def test_it_deletes_tokens_of_tickets_closed_long_enough_and_no_others() -> None:
    opened, recent, old, removed = (make.ticket().number for _ in range(4))
    make.close(recent, timezone.now() - timedelta(days=13))
    make.close(old, timezone.now() - timedelta(days=14))
    make.close(removed, timezone.now() - timedelta(days=400), "removed")
    for number in (opened, recent, old, removed):
        for _ in range(3):
            issue.issue(number, ANN)
    assert purge() == 6
    assert set(Token.objects.values_list("ticket_number", flat=True)) == {opened, recent}
    assert purge() == 0


def test_it_deletes_tokens_of_tickets_that_vanished() -> None:
    number = make.ticket().number
    issue.issue(number, ANN)
    TicketRecord.objects.all().delete()
    assert purge() == 1


def test_zero_days_delete_at_once() -> None:
    store.set_value("OneTimeAuth::AccessDaysAfterClose", 0)
    number = make.ticket().number
    issue.issue(number, ANN)
    make.close(number)
    assert purge() == 1


def test_the_audit_trail_outlives_the_tokens() -> None:
    issued = issue.issue("1999010110000001", ANN)
    purge()
    assert list(AuditEntry.objects.filter(token_id=issued.id).values_list("event", flat=True)) == ["issued", "purged"]


def test_it_works_through_more_tickets_than_fit_one_statement(django_assert_max_num_queries: object) -> None:
    now = timezone.now()
    Token.objects.bulk_create(
        Token(digest=f"{n:064}", ticket_number=f"gone-{n:05}", customer_login=ANN, created=now, changed=now)
        for n in range(12_000)
    )
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert purge() == 12_000
