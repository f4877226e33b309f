"""Mails that a fuzzer once broke us with; `make fuzz` looks for more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from otalink.minidesk.models import Article
from otalink.postmaster.intake import Outcome, run
from tests.postmaster.fuzz.checks import check
from tests.postmaster.fuzz.filing import everything
from tests.postmaster.fuzz.structure import Structure, mails

SEEDS = sorted((Path(__file__).parent / "fuzz" / "seeds").glob("*.eml"))

_TEXTS = [path for path in SEEDS if path.stem.startswith(("plain-", "broken-", "transfer-"))]


@pytest.mark.django_db
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_mail_that_once_broke_us_is_filed(path: Path) -> None:
    raw = path.read_bytes()
    check(raw)
    assert run(raw).outcome is Outcome.NEW_TICKET
    assert Article.objects.count() == 1


@pytest.mark.parametrize("path", _TEXTS, ids=lambda path: path.stem)
def test_its_text_is_read_too(path: Path) -> None:
    assert "word" in check(path.read_bytes()).text


@given(mails())
@settings(max_examples=150, deadline=None)
def test_no_word_is_lost_whatever_the_structure(mail: Structure) -> None:
    found = everything(check(mail.raw))
    assert [word for word in mail.words if word not in found] == []
