"""The customer's pages speak German as completely as English."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import otalink.portal

PORTAL = Path(otalink.portal.__file__).parent
CATALOGUE = PORTAL / "locale/de/LC_MESSAGES/django.po"


def texts_in_use() -> Iterator[str]:
    """Every text that the portal's code and templates hand to gettext."""
    for path in [*PORTAL.rglob("*.py"), *PORTAL.rglob("*.html")]:
        source = path.read_text(encoding="utf-8")
        code = templatize(source) if path.suffix == ".html" else source
        for _, _, message, _ in extract_python(BytesIO(code.encode()), {"_": None, "gettext": None}, [], {}):
            yield str(message)


@pytest.fixture(scope="module")
def german() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="de") if m.id and not m.fuzzy}


def test_every_text_in_use_has_a_german_translation(german: dict[str, str]) -> None:
    used = set(texts_in_use())
    assert len(used) > 40
    assert {text for text in used if not german.get(text)} == set()


def test_no_translation_is_kept_for_a_text_nobody_uses(german: dict[str, str]) -> None:
    assert set(german) - set(texts_in_use()) == set()


def test_the_compiled_catalogue_is_that_of_its_source(german: dict[str, str]) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = {str(m.id): str(m.string) for m in read_mo(file) if m.id}
    assert compiled == german
