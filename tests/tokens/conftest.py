"""A customer user with a ticket."""

from __future__ import annotations

import pytest
from tests.support import make

from otalink.desk.types import Ticket


@pytest.fixture
def ticket(db: None) -> Ticket:
    make.customer()
    return make.ticket()
