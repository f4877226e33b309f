"""What the commands about mail accounts answer."""

from __future__ import annotations

import pytest

from otalink.postmaster.accounts import commands
from otalink.postmaster.accounts.manage import AccountUnknown

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(AccountUnknown, match="no mail account 'x'"):
        commands.show("x")
