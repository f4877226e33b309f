"""Real and nasty mails of other mail software: each is filed or quarantined, none is lost, none takes long."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from otalink.minidesk.models import Article
from otalink.postmaster.intake import Outcome, run
from tests.support.pace import slower

_CHECKOUT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("OTALINK_TEST_MAILS", _CHECKOUT.parent / "shared" / "mails"))
FILES = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".eml", ".box"})

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES, reason=f"no mails in {FOLDER}; OTALINK_TEST_MAILS names another folder"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_mail_is_filed(path: Path) -> None:
    raw = path.read_bytes()
    started = time.thread_time()
    result = run(raw)
    assert time.thread_time() - started < 5 * slower()
    assert result.outcome in {Outcome.NEW_TICKET, Outcome.QUARANTINED}
    assert Article.objects.count() == (result.outcome is Outcome.NEW_TICKET)
    assert run(raw).outcome in {Outcome.DUPLICATE, Outcome.QUARANTINED}
