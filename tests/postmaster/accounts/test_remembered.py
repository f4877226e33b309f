"""What stays in a POP3 mailbox is known again by a name that the server gives it for good."""

from __future__ import annotations

import pytest

from otalink.postmaster.accounts import remembered
from tests.postmaster.conftest import Box

pytestmark = pytest.mark.django_db(transaction=True)


def test_names_that_differ_in_case_alone_are_two_mails(box: Box) -> None:
    account, names = box.account(protocol="pop3"), [remembered.digest_of(name) for name in ("aB", "Ab")]
    remembered.remember(account, names, filed=False)
    remembered.remember(account, names[:1], filed=True)
    assert remembered.known(account, names) == {names[0]: True, names[1]: False}


def test_thousands_are_remembered_and_forgotten_without_a_statement_for_each(
    box: Box, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    account, names = box.account(protocol="pop3"), [f"{number:064}" for number in range(3_000)]
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        remembered.remember(account, names, filed=True)
        assert len(remembered.known(account, names)) == 3_000
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert remembered.known(account, names[:1]) == {names[0]: True}


def test_each_account_remembers_its_own(box: Box) -> None:
    one, two = box.account(protocol="pop3", name="one"), box.account(protocol="pop3", name="two")
    remembered.remember(one, ["a"], filed=True)
    assert (remembered.is_any(one), remembered.is_any(two)) == (True, False)
    remembered.forget_all(one)
    assert not remembered.is_any(one)
