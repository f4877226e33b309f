"""A customer user with a ticket."""

from __future__ import annotations

import pytest

from otalink.desk.types import Ticket
from tests.support import make


@pytest.fixture
def ticket(db: None) -> Ticket:
    make.customer()
    return make.ticket()
