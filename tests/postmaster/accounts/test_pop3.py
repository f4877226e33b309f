"""POP3, on a real Dovecot: long lines, and a mailbox that takes several sessions."""

from __future__ import annotations

import pytest

from otalink.postmaster.accounts import pop3
from otalink.sysconfig import store
from tests.postmaster.accounts.support import visit_once
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box, texts

pytestmark = pytest.mark.django_db(transaction=True)


def test_lines_longer_than_any_standard_allows_come_whole(box: Box) -> None:
    box.put(mail("y" * 600_000))
    assert visit_once(box.account(protocol="pop3")).error == ""
    assert texts() == ["y" * 600_000]


def test_a_full_pop3_mailbox_is_emptied_in_several_sessions(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pop3, "MAILS_PER_SESSION", 2)
    store.set_value("PostMasterMaxEmailSize", 1)
    box.put(mail("x" * 1_100_000), *(mail(f"number {number}") for number in range(5)))
    result = visit_once(box.account(protocol="pop3"))
    assert (result.outcomes, result.too_large, result.error) == ({"new ticket": 5}, 1, "")
    assert texts() == [f"number {number}" for number in range(5)]
    assert len(box.mails()) == 1
