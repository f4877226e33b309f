"""What the tests of several filters start from."""

from __future__ import annotations

import pytest

from otalink.minidesk.models import DynamicField, Queue


@pytest.fixture
def orders() -> None:
    """A queue and a dynamic field for orders."""
    Queue.objects.create(name="Orders", email="orders@desk.example", sender_name="Orders")
    DynamicField.objects.create(name="Order", type="text")
