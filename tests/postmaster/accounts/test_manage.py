"""Mail accounts are tested without changing anything, and each has a name of its own."""

from __future__ import annotations

import pytest

from otalink.postmaster.accounts import manage
from otalink.sysconfig.setting import InvalidValue
from tests.postmaster.builders import mail
from tests.postmaster.conftest import Box

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_test_says_what_was_found_and_changes_nothing(box: Box, protocol: str) -> None:
    box.put(mail(), mail())
    found = manage.test_connection(box.account(protocol=protocol))
    assert f"signed in to 127.0.0.1 as {box.user}" in found
    assert "holds 2 mails" in found
    assert len(box.mails()) == 2


def test_no_two_accounts_have_one_name(box: Box) -> None:
    box.account(name="help")
    with pytest.raises(InvalidValue, match="name"):
        box.account(name="help")
