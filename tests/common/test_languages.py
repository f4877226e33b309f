"""Every language that customers are spoken to in is complete, and one more takes a line and a catalogue."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import otalink
from otalink.common import languages
from otalink.common.languages import CATALOGUES, LANGUAGES

SOURCES = Path(otalink.__file__).parent
_MARKS = ("_", "gettext", "translatable", "translated", "in_every_language")
_TRANSLATED = [language for language in LANGUAGES if language != "en"]


def texts_in_use() -> Iterator[str]:
    """Every text that code and templates name as one for customers."""
    for path in [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.html")]:
        source = path.read_text(encoding="utf-8")
        code = templatize(source) if path.suffix == ".html" else source
        for _, _, found, _ in extract_python(BytesIO(code.encode()), dict.fromkeys(_MARKS), [], {}):
            if text := _first(found):
                yield text


def _first(found: Any) -> str:
    """The text of a call: its first argument; nothing where that is a variable."""
    return found if isinstance(found, str) else next(iter(found or ()), None) or ""


def catalogue(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def translations(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and not m.fuzzy}


def test_there_are_texts() -> None:
    used = set(texts_in_use())
    assert len(used) > 60
    assert {"(no subject)", "Open your ticket", "Your message was not accepted"} < used


@pytest.mark.parametrize("language", _TRANSLATED)
def test_every_text_in_use_is_translated(language: str) -> None:
    translated = translations(catalogue(language))
    assert {text for text in texts_in_use() if not translated.get(text)} == set()


@pytest.mark.parametrize("language", _TRANSLATED)
def test_no_translation_is_kept_for_a_text_nobody_uses(language: str) -> None:
    assert set(translations(catalogue(language))) - set(texts_in_use()) == set()


@pytest.mark.parametrize("language", _TRANSLATED)
def test_a_translation_keeps_what_is_put_in(language: str) -> None:
    places = ("<OTOBO_", "%(", "\n")
    for text, translation in translations(catalogue(language)).items():
        assert [text.count(place) for place in places[:2]] == [translation.count(place) for place in places[:2]]
        assert text.endswith("\n") == translation.endswith("\n")


@pytest.mark.parametrize("language", _TRANSLATED)
def test_no_sentence_is_left_in_the_language_it_was_copied_from(language: str) -> None:
    others = [translations(catalogue(other)) for other in _TRANSLATED if other != language]
    for text, translation in translations(catalogue(language)).items():
        # Single words and the forms of dates may be the same.
        if len(text.split()) > 4:
            assert translation not in {text, *(other[text] for other in others)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_its_source(language: str) -> None:
    with catalogue(language).with_suffix(".mo").open("rb") as file:
        compiled = {str(m.id): str(m.string) for m in read_mo(file) if m.id}
    assert compiled == translations(catalogue(language))


def test_a_language_nobody_speaks_is_answered_in_english() -> None:
    assert languages.translated("Open your ticket", "../de") == "Open your ticket"
    assert languages.translated("Open your ticket", "") == "Open your ticket"
    assert languages.translated("no such text", "de") == "no such text"


_SHOWN = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
from otalink.mail.incoming import parse
from otalink.notifications import layout, templates
from otalink.notifications.models import NotificationEvent
from otalink.sysconfig import declarations, store
call_command("migrate", verbosity=0)
store.set_value("DefaultLanguage", "ia")
template = templates.choose(NotificationEvent.TICKET_CREATED, "")
print(json.dumps({
    "mail": [template.language, template.text, layout.page(template.text, "ia")],
    "page": Client().get("/l/" + "D" * 43, HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="ia").content.decode(),
    "setting": declarations.MESSAGE_LINK_EXPIRED.default["ia"],
    "incoming": parse(b"Content-Language: ia\\r\\n\\r\\nHallo").language,
}))
"""


def test_a_language_more_takes_a_line_and_a_catalogue(tmp_path: Path) -> None:
    package = tmp_path / "otalink"
    shutil.copytree(SOURCES, package, ignore=shutil.ignore_patterns("__pycache__"))
    line, listed = '    "de": "Deutsch",\n', (package / "common/languages.py").read_text(encoding="utf-8")
    (package / "common/languages.py").write_text(listed.replace(line, f'{line}    "ia": "Interlingua",\n'), "utf-8")
    with catalogue("de").open("rb") as file:
        made_up = read_po(file)
    for text in made_up:
        text.string = f"¡{text.id}!" if text.id else text.string
    folder = package / "locale" / "ia" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as compiled:
        write_mo(compiled, made_up)
    variables = {
        "PYTHONPATH": str(tmp_path),
        "OTALINK_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "otalink.conf.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", _SHOWN], env={**os.environ, **variables}, capture_output=True, check=True
    )
    shown = json.loads(done.stdout.splitlines()[-1])
    language, text, page = shown["mail"]
    assert (language, text[:6], "¡Open your ticket!" in page) == ("ia", "¡Hello", True)
    assert shown["setting"].startswith("¡This link is not valid.")
    assert '<html lang="ia">' in shown["page"]
    assert "¡This link is not valid." in shown["page"]
    assert shown["incoming"] == "ia"
