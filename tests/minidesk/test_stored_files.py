"""Attachments on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from otalink.desk.types import Attachment
from otalink.minidesk.desk import MiniDesk
from tests.contracts.mail_desk import ROUTING
from tests.support.make import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def test_it_keeps_the_same_bytes_once(desk: MiniDesk, data_folder: Path) -> None:
    for _ in range(3):
        desk.create_ticket(draft(attachments=(Attachment("a", "x/y", b"same"),)), ROUTING)
    kept = [path for path in (data_folder / "attachments").rglob("*") if path.is_file()]
    assert len(kept) == 1
