"""Short ways to visit a mail account and to test one."""

from __future__ import annotations

import pytest

from otalink.postmaster.accounts import manage
from otalink.postmaster.accounts.failure import SourceFailure
from otalink.postmaster.accounts.visit import Visit, visit
from otalink.postmaster.models import MailAccount


def visit_once(account: MailAccount) -> Visit:
    """Fetch all there is now."""
    return visit(account, lambda: False, stay=False)


def problem_of(account: MailAccount) -> str:
    """What a test of the connection says is wrong."""
    with pytest.raises(SourceFailure) as failure:
        manage.test_connection(account)
    return str(failure.value)
