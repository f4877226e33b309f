"""One process at a time fetches from an account, which is let go of in time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from otalink.postmaster.accounts import lease, manage
from otalink.postmaster.accounts.fetcher import fetch_once
from otalink.postmaster.accounts.visit import visit
from otalink.postmaster.models import MailAccount
from tests.postmaster.accounts.support import visit_once
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box, texts
from tests.support.product import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def fetch_with_idle(account: MailAccount) -> None:
    from django.db import connections

    try:
        visit(account, lambda: False, stay=True)
    finally:
        connections.close_all()


def test_two_at_once_file_each_mail_once(box: Box) -> None:
    sent = [f"mail {number}" for number in range(40)]
    box.put(*(mail(text) for text in sent))
    account = box.account()
    results = fetch_once([account] * 4)
    assert sorted(bool(result.error) for result in results) == [False, True, True, True]
    assert sorted(texts()) == sorted(sent)


def test_even_without_the_lease_each_mail_is_filed_once(box: Box) -> None:
    sent = [f"mail {number}" for number in range(20)]
    box.put(*(mail(text) for text in sent))
    fetch_once([box.account(name=name) for name in ("one", "two", "three")])
    assert sorted(texts()) == sorted(sent)
    assert box.mails() == []


def test_a_killed_process_holds_an_account_up_for_a_minute(box: Box) -> None:
    account = box.account()
    with time_machine.travel("2026-01-01T12:00Z", tick=False) as clock:
        assert lease.take(account.pk)
        assert lease.take(account.pk) is None
        assert not lease.due().exists()
        clock.shift(lease.DURATION + timedelta(seconds=1))
        assert lease.take(account.pk)


def test_pauses_grow_while_a_server_is_down_and_end_with_it(box: Box) -> None:
    account = box.account(port=1)
    pauses = []
    with time_machine.travel("2026-01-01T12:00Z", tick=False) as clock:
        for _ in range(9):
            assert "refuses the connection" in visit_once(account).error
            account.refresh_from_db()
            assert account.next_try is not None
            assert not lease.due().exists()
            pauses.append((account.next_try - timezone.now()).total_seconds())
            clock.shift(timedelta(seconds=pauses[-1]))
            assert lease.due().exists()
        assert pauses == [15, 30, 60, 120, 240, 480, 900, 900, 900]
        assert account.failing_since is not None
        assert account.failing_since.isoformat().startswith("2026-01-01T12:00:00")
    manage.touch(account, port=box.server.imap)
    assert visit_once(account).error == ""
    account.refresh_from_db()
    assert (account.state, account.failures, account.last_error) == ("working", 0, "")


def test_a_disabled_account_is_let_go_of(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "_RENEW_SECONDS", 0.0)
    account = box.account()
    thread = threading.Thread(target=lambda: fetch_with_idle(account))
    thread.start()
    wait_for("the first visit", lambda: MailAccount.objects.get().last_success)
    manage.set_enabled(account, False)
    thread.join(10)
    assert not thread.is_alive()
    box.put(mail("late"))
    assert fetch_once([account])[0].error
    assert texts() == []
