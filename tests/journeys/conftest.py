"""A running product whose mail goes to a real mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.product import Mailbox, Product, mailbox, product


@pytest.fixture
def box_and_product(tmp_path: Path) -> Iterator[tuple[Mailbox, Product]]:
    with mailbox() as (box, port), product(tmp_path / "data", OTALINK_MAIL_URL=f"smtp://127.0.0.1:{port}") as made:
        made.start()
        yield box, made
